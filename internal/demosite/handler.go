package demosite

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Paths lists what the site publishes, in order: every path that is answered with 200.
func Paths() []string {
	all := slices.Collect(maps.Keys(files()))
	all = slices.AppendSeq(all, maps.Keys(documents))
	slices.Sort(all)
	return all
}

// Handler serves the site as if at base, such as http://127.0.0.1:8080: the absolute URLs in its documents begin with it.
func Handler(base string) http.Handler { return site{base: strings.TrimSuffix(base, "/")} }

type site struct{ base string }

// ServeHTTP answers GET and HEAD, conditional and of ranges too.
func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	p := r.URL.Path
	if to := redirects[p]; to != "" {
		http.Redirect(w, r, to, http.StatusFound)
		return
	}
	if f, ok := files()[p]; ok {
		s.serve(w, r, contentType(p), fmt.Sprintf(`"%08x-%x"`, crc32.ChecksumIEEE(f.body), f.size), io.NewSectionReader(f, 0, f.size))
		return
	}
	d, ok := documents[p]
	if !ok {
		s.notFound(w, r)
		return
	}
	body, err := d.render(s.base)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	kind := d.kind
	if kind == "" {
		kind = contentType(p)
	}
	s.serve(w, r, kind, fmt.Sprintf(`"%08x"`, crc32.ChecksumIEEE(body)), bytes.NewReader(body))
}

func (s site) serve(w http.ResponseWriter, r *http.Request, kind, etag string, body io.ReadSeeker) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Etag", etag)
	w.Header().Set("Cache-Control", cacheControl(r.URL.Path))
	http.ServeContent(w, r, "", siteDay, body)
}

// notFound sends a path that lacks its slash on, and the rest to a page that says so.
func (s site) notFound(w http.ResponseWriter, r *http.Request) {
	if _, ok := documents[r.URL.Path+"/"]; ok {
		http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	if r.Method == http.MethodGet {
		fmt.Fprint(w, "<!doctype html><title>Not found</title><h1>There is nothing here</h1><p><a href=\"/\">Home</a>\n")
	}
}
