package warm_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/demosite"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// nginxConf is a cache in front of an origin, with the files and port of a test.
const nginxConf = `
daemon off;
master_process off;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	proxy_cache_path %[1]s/cache keys_zone=edge:10m;
	server {
		listen 127.0.0.1:%[2]d;
		location / {
			proxy_pass %[3]s;
			proxy_cache edge;
			proxy_cache_valid 200 1h;
			proxy_ignore_headers Cache-Control Expires Set-Cookie;
			add_header X-Cache-Status $upstream_cache_status always;
		}
	}
}
`

// startNginx starts a real nginx as the cache of an origin, and returns its address. It is skipped unless EDGEWARM_NGINX
// is set, to 1 or to the path of nginx.
func startNginx(t *testing.T, origin string) string {
	t.Helper()
	program := os.Getenv("EDGEWARM_NGINX")
	switch program {
	case "":
		t.Skip("needs nginx: set EDGEWARM_NGINX=1 where it is installed")
	case "1":
		program = "nginx"
	}
	for range 3 {
		if url := tryNginx(t, program, origin); url != "" {
			return url
		}
	}
	t.Fatal("nginx does not listen")
	return ""
}

// tryNginx is startNginx on a port that is free: "" when another process listened there before nginx did.
func tryNginx(t *testing.T, program, origin string) string {
	t.Helper()
	dir, port := t.TempDir(), freePort(t)
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, dir, port, origin), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-p", dir, "-c", conf, "-e", filepath.Join(dir, "error.log"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	for {
		if _, err := os.Stat(filepath.Join(dir, "nginx.pid")); err == nil { // it listens before it writes this
			return fmt.Sprintf("http://127.0.0.1:%d", port)
		}
		select {
		case <-ended:
			text, _ := os.ReadFile(filepath.Join(dir, "error.log"))
			t.Logf("nginx ended: %s", text)
			return ""
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// A real cache in front of the demo site is warmed by GET: it had nothing before and has everything afterwards.
func TestNginxIsWarmedByGet(t *testing.T) {
	t.Parallel()
	site, err := demosite.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = site.Close() })
	edge := startNginx(t, site.URL)
	w := &world{config: config.Default()}
	w.config.Account.API = "http"
	w.config.Account.Zones = map[string][]string{"cdn": {"127.0.0.1"}}
	w.config.Crawl.PrivateNetworks = true
	w.config.Crawl.Rewrite = []config.Rewrite{{From: site.URL + "/", To: edge + "/"}}
	w.config.Sources = []config.Source{{URL: site.URL + "/", Weight: 1}}
	w.config.Submit.Rate = 1000
	w.config.Verify.Vantage = "here"
	w.config.State = filepath.Join(t.TempDir(), "ledger.db")
	// Some of the site's documents are broken on purpose, which is no matter here.
	s, err := w.run(t, warm.RunOptions{Verify: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	v := s.Verify
	if v == nil || v.Before == nil || v.Vantage != "here" {
		t.Fatalf("it was not verified: %+v", v)
	}
	if v.Before.Hit != 0 || v.Before.Miss < 50 || v.Before.Miss+v.Before.Other != v.Before.Sampled {
		t.Errorf("before: %s, want nothing but misses", v.Before)
	}
	if v.After.Miss != 0 || v.After.HitRatio != 1 || v.After.Hit < 50 {
		t.Errorf("after: %s, want nothing but hits", &v.After)
	}
	if s.Accepted+s.Failed != s.Planned || s.Accepted < 100 || s.Failed > 5 {
		t.Errorf("got %+v, want all accepted but what the site lacks", s)
	}
	w.said(t, "verified from here: before 0 of ")
	// Every planned URL is there now, by nginx's own word, and none is sent again.
	job := w.warmer()
	urls, err := job.WarmURLs(t.Context())
	if err != nil || len(urls) != s.Accepted {
		t.Fatalf("%d warm URLs, %v; want %d", len(urls), err, s.Accepted)
	}
	for _, url := range urls {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Header.Get("X-Cache-Status"); got != "HIT" {
			t.Errorf("%s: %s", url, got)
		}
	}
	if again, err := w.run(t, warm.RunOptions{}); err != nil || again.Planned != s.Failed {
		t.Errorf("once more: %v, %d are planned, want the %d that failed", err, again.Planned, s.Failed)
	}
}
