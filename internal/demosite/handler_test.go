package demosite_test

import (
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/edgewarm/edgewarm/internal/demosite"
)

const base = "http://127.0.0.1:8080"

// get asks the site without a network.
func get(t *testing.T, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	demosite.Handler(base).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func escaped(p string) string { return (&url.URL{Path: p}).EscapedPath() }

func TestEveryPathIsServed(t *testing.T) {
	t.Parallel()
	for _, p := range demosite.Paths() {
		r := get(t, http.MethodGet, escaped(p))
		text := body(t, r)
		if r.StatusCode != http.StatusOK || text == "" {
			t.Errorf("%s: got %d and %d bytes", p, r.StatusCode, len(text))
		}
		if r.Header.Get("Content-Type") == "" || r.Header.Get("Etag") == "" || r.Header.Get("Cache-Control") == "" {
			t.Errorf("%s: got headers %v", p, r.Header)
		}
		if strings.Contains(text, "{{") || strings.Contains(text, "<no value>") {
			t.Errorf("%s: the template shows", p)
		}
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, method, path string
		header             []string
		status             int
		contentType        string
	}{
		{"home", "GET", "/", nil, 200, "text/html; charset=utf-8"},
		{"playlist", "GET", "/vod/aurora/master.m3u8", nil, 200, "application/vnd.apple.mpegurl"},
		{"TS", "GET", "/vod/breakers/v360p-000.ts", nil, 200, "video/mp2t"},
		{"fMP4", "GET", "/vod/aurora/360p/seg-00000.m4s", nil, 200, "video/iso.segment"},
		{"init", "GET", "/vod/aurora/360p/init_0.mp4", nil, 200, "video/mp4"},
		{"key", "GET", "/vod/cipher/keys/cipher.key", nil, 200, "application/octet-stream"},
		{"subtitles", "GET", "/vod/ember/e00.vtt", nil, 200, "text/vtt; charset=utf-8"},
		{"image", "GET", "/img/aurora.jpg", nil, 200, "image/jpeg"},
		{"robots", "GET", "/robots.txt", nil, 200, "text/plain; charset=utf-8"},
		{"sitemap", "GET", "/sitemap.xml", nil, 200, "application/xml; charset=utf-8"},
		{"gzip", "GET", "/sitemap-video.xml.gz", nil, 200, "application/gzip"},
		{"text list", "GET", "/sitemap-playlists.txt", nil, 200, "text/plain; charset=utf-8"},
		{"RSS", "GET", "/feeds/new.rss", nil, 200, "application/rss+xml; charset=utf-8"},
		{"Atom", "GET", "/feeds/notes.atom", nil, 200, "application/atom+xml"},
		{"playlist that is HTML", "GET", "/vod/withdrawn/master.m3u8", nil, 200, "text/html; charset=utf-8"},
		{"not ASCII", "GET", "/%C3%BCber-uns/", nil, 200, "text/html; charset=utf-8"},
		{"HEAD", "HEAD", "/img/aurora.jpg", nil, 200, "image/jpeg"},
		{"range", "GET", "/vod/drift/drift-0.mp4", []string{"Range", "bytes=321705-695262"}, 206, "video/mp4"},
		{"beyond the end", "GET", "/img/aurora.jpg", []string{"Range", "bytes=99999999-"}, 416, "text/plain; charset=utf-8"},
		{"not changed", "GET", "/sitemap.xml", []string{"If-Modified-Since", "Mon, 02 Nov 2026 00:00:00 GMT"}, 304, ""},
		{"listed and gone", "GET", "/titles/lost/", nil, 404, "text/html; charset=utf-8"},
		{"sitemap that is gone", "GET", "/sitemap-2019.xml", nil, 404, "text/html; charset=utf-8"},
		{"folder", "GET", "/vod/", nil, 404, "text/html; charset=utf-8"},
		{"above the root", "GET", "/../server.go", nil, 404, "text/html; charset=utf-8"},
		{"its slash missing", "GET", "/titles/aurora", nil, 301, "text/html; charset=utf-8"},
		{"moved", "GET", "/vod/latest.m3u8", nil, 302, "text/html; charset=utf-8"},
		{"POST", "POST", "/", nil, 405, "text/plain; charset=utf-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := get(t, c.method, c.path, c.header...)
			if r.StatusCode != c.status || r.Header.Get("Content-Type") != c.contentType {
				t.Errorf("got %d %q, want %d %q", r.StatusCode, r.Header.Get("Content-Type"), c.status, c.contentType)
			}
		})
	}
}

func TestMediaHasItsRealLength(t *testing.T) {
	t.Parallel()
	r := get(t, http.MethodGet, "/vod/drift/drift-0.mp4")
	if n := len(body(t, r)); int64(n) != r.ContentLength || n < 1<<20 {
		t.Errorf("got %d bytes of %d, want all of more than a MiB", n, r.ContentLength)
	}
	r = get(t, http.MethodGet, "/vod/drift/drift-0.mp4", "Range", "bytes=4-7")
	if got, want := body(t, r), "ftyp"; got != want {
		t.Errorf("got %q where an MP4 file has %q", got, want)
	}
}

func TestDocumentsCarryTheAddress(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"/robots.txt", "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-series.xml", "/sitemap-playlists.txt", "/feeds/new.rss", "/feeds/podcast.rss", "/feeds/notes.atom", "/titles/aurora/"} {
		if text := body(t, get(t, http.MethodGet, p)); !strings.Contains(text, base+"/") {
			t.Errorf("%s does not have %s:\n%s", p, base, text)
		}
	}
	if text := body(t, get(t, http.MethodGet, "/sitemap-playlists.txt")); !strings.Contains(text, "http://localhost:8080/vod/breakers/master.m3u8") {
		t.Errorf("the list has no playlist of another host:\n%s", text)
	}
}

// TestXML has each XML document well-formed, but the one that is broken for a purpose.
func TestXML(t *testing.T) {
	t.Parallel()
	for _, p := range demosite.Paths() {
		r := get(t, http.MethodGet, escaped(p))
		if kind := r.Header.Get("Content-Type"); !strings.Contains(kind, "xml") && !strings.Contains(kind, "gzip") {
			continue
		}
		var in io.Reader = r.Body
		if strings.HasSuffix(p, ".gz") {
			z, err := gzip.NewReader(in)
			if err != nil {
				t.Fatalf("%s: %v", p, err)
			}
			in = z
		}
		err := xml.NewDecoder(in).Decode(new(struct{}))
		if broken := p == "/sitemap-series.xml"; (err != nil) != broken {
			t.Errorf("%s: got %v, want broken %t", p, err, broken)
		}
	}
}

var (
	local          = regexp.MustCompile(regexp.QuoteMeta(base) + `(/[^\s"'<\]]*)`)
	structuredData = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)
)

// TestLinksLead follows each absolute URL of a document: all but the broken ones are there.
func TestLinksLead(t *testing.T) {
	t.Parallel()
	broken := []string{"/titles/lost/", "/sitemap-2019.xml"}
	followed := map[string]bool{}
	for _, p := range demosite.Paths() {
		r := get(t, http.MethodGet, escaped(p))
		if !strings.Contains(r.Header.Get("Content-Type"), "xml") && !strings.HasPrefix(r.Header.Get("Content-Type"), "text/") {
			continue
		}
		for _, m := range local.FindAllStringSubmatch(body(t, r), -1) {
			target, err := url.Parse(m[1])
			if err != nil {
				t.Errorf("%s: %v", p, err)
				continue
			}
			if followed[target.Path] {
				continue
			}
			followed[target.Path] = true
			if status := get(t, http.MethodHead, escaped(target.Path)).StatusCode; status != http.StatusOK && !slices.Contains(broken, target.Path) {
				t.Errorf("%s names %s, which answers %d", p, target.Path, status)
			}
		}
	}
}

func TestStructuredDataIsJSON(t *testing.T) {
	t.Parallel()
	found := 0
	for _, p := range demosite.Paths() {
		r := get(t, http.MethodGet, escaped(p))
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range structuredData.FindAllStringSubmatch(body(t, r), -1) {
			found++
			if !json.Valid([]byte(m[1])) {
				t.Errorf("%s: not JSON:\n%s", p, m[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("got %d pages with structured data, want the titles", found)
	}
}

func TestStart(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	s, err := demosite.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := client.Get(s.URL + "/robots.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if text := body(t, r); !strings.Contains(text, "Sitemap: "+s.URL+"/sitemap.xml") {
		t.Errorf("got\n%s", text)
	}
	if got := s.Requests(); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := client.Get(s.URL); err == nil {
		t.Error("it answers after Close")
	}
}

func TestStartOnTakenAddress(t *testing.T) {
	t.Parallel()
	s, err := demosite.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := demosite.Start(t.Context(), strings.TrimPrefix(s.URL, "http://")); err == nil {
		t.Error("got no error for an address that is taken")
	}
}
