package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hostile acts on a terminal: it clears it, names its window, and turns text around.
const hostile = "\x1b[2J\x1b]0;pwned\x07\u202e\r\u009b31m"

// What a site puts into its documents reaches neither terminal nor file in a form that acts.
func TestFault84Crawl(t *testing.T) {
	t.Parallel()
	documents := map[string]string{
		"/s.xml": "<urlset><url><loc>http://x/" + hostile + "</loc></url><url><loc>mailto:" + hostile + "</loc></url><url><loc>/" + hostile +
			".png</loc><lastmod>" + hostile + "</lastmod><priority>" + hostile + "</priority></url></urlset>",
		"/login.xml":  "<html><title>" + hostile + "Sign in</title>",
		"/p.html":     "<!doctype html><title>" + hostile + "</title><base href='ftp:" + hostile + "'><a href='" + hostile + "'>a</a><img src='javascript:" + hostile + "'>",
		"/robots.txt": "User-agent: *\nDisalow: /" + hostile + "\nSitemap: mailto:" + hostile + "\n" + hostile + "\n",
		"/m.m3u8":     "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=" + hostile + "\nmailto:" + hostile + "\n#EXT-X-" + hostile + ":\n",
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := documents[r.URL.Path]
		if !ok {
			w.Header().Set("Location", "/"+strings.ReplaceAll(hostile, "\r", ""))
			http.Error(w, hostile, http.StatusNotFound)
			return
		}
		fmt.Fprint(w, text)
	}))
	defer server.Close()
	config := filepath.Join(t.TempDir(), "edgewarm.yaml")
	if err := os.WriteFile(config, []byte("crawl: {private_networks: true}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"crawl", "-v", "-c", config, server.URL + "/" + hostile}
	for path := range documents {
		args = append(args, server.URL+path)
	}
	var stdout, stderr bytes.Buffer
	run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	for name, text := range map[string]string{"stdout": stdout.String(), "stderr": stderr.String()} {
		if strings.ContainsAny(text, "\x1b\x07\u202e\r\u009b") {
			t.Errorf("%s acts: %q", name, text)
		}
	}
	if n := strings.Count(stdout.String(), "\n"); n < 8 || !strings.Contains(stderr.String(), "Sign in") {
		t.Errorf("got %d lines: %s\n%s", n, stdout.String(), stderr.String())
	}
}
