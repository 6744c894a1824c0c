package crawler_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/edgewarm/edgewarm/crawler"
)

func TestMain(m *testing.M) {
	if name := os.Getenv("EDGEWARM_BENCH_SERVER"); name != "" {
		serveBench(name)
		return
	}
	goleak.VerifyTestMain(m)
}

// site is a server of fixed documents that counts how often each is asked for. $/ in a document is its root.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	requests map[string]int
}

func newSite(t *testing.T, documents map[string]string) *site {
	t.Helper()
	s := &site{requests: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests[r.URL.RequestURI()]++
		s.mu.Unlock()
		body, ok := documents[r.URL.RequestURI()]
		switch {
		case !ok:
			http.NotFound(w, r)
		case strings.HasPrefix(body, "-> "):
			http.Redirect(w, r, body[3:], http.StatusFound)
		case strings.HasPrefix(body, "status 503"):
			http.Error(w, "no", http.StatusServiceUnavailable)
		default:
			w.Header().Set("Content-Type", "text/plain") // content decides, not this
			if !strings.HasPrefix(body, "\x1f\x8b") {
				body = strings.ReplaceAll(body, "$/", s.URL+"/")
			}
			fmt.Fprint(w, body)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// patience bounds a fetch: a machine that does much else takes more than the default for hundreds of megabytes.
const patience = 5 * time.Minute

// crawl returns one line a resource: depth, kind and role, path, and "!" where it failed.
func (s *site) crawl(t *testing.T, c crawler.Crawler, seeds ...string) []string {
	t.Helper()
	c.PrivateNetworks, c.Rate, c.Timeout = true, 10_000, patience
	for i := range seeds {
		seeds[i] = strings.ReplaceAll(seeds[i], "$", s.URL)
	}
	var lines []string
	for r, err := range c.Crawl(t.Context(), seeds...) {
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%d %s %s", r.Depth, strings.TrimSuffix(string(r.Kind)+"/"+r.Role, "/"), strings.TrimPrefix(r.URL, s.URL))
		if r.Err != nil {
			line += " !"
		}
		lines = append(lines, line)
	}
	return lines
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

const (
	index = `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>$/s1.xml</loc></sitemap><sitemap><loc>$/s2.xml.gz</loc></sitemap><sitemap><loc>$/index.xml</loc></sitemap></sitemapindex>`
	urlset1 = `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>$/watch</loc><lastmod>2026-01-02</lastmod><priority>0.9</priority></url>
<url><loc>$/gone</loc></url></urlset>`
	urlset2 = `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>$/file.jpg</loc></url></urlset>`
	master  = "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"en\",URI=\"audio.m3u8\"\n" +
		"#EXT-X-STREAM-INF:BANDWIDTH=1000000,AUDIO=\"a\"\nv1.m3u8\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,URI=\"iframe.m3u8\"\n"
	media = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:4,\nseg0.m4s\n#EXTINF:4,\nseg1.m4s\n#EXT-X-ENDLIST\n"
)

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

func TestCrawlSite(t *testing.T) {
	t.Parallel()
	documents := map[string]string{
		"/":                `<!doctype html><a href="/watch">w</a><a href="/about">a</a><img src="/logo.png">`,
		"/robots.txt":      "User-agent: *\nDisallow: /about\nSitemap: $/index.xml\n",
		"/index.xml":       index,
		"/s1.xml":          urlset1,
		"/watch":           `<!doctype html><title>W</title><video src="/v/master.m3u8"></video><a href="/deep">d</a>`,
		"/v/master.m3u8":   master,
		"/v/audio.m3u8":    strings.ReplaceAll(media, "seg", "aseg"),
		"/v/v1.m3u8":       media,
		"/v/iframe.m3u8":   "<html><title>Login</title></html>",
		"/deep":            "<!doctype html>not opened",
		"/about":           "<!doctype html>closed by robots.txt",
		"/sitemap.xml":     urlset2,
		"/v/init.mp4":      "x",
		"/unreferenced.ts": "x",
	}
	s := newSite(t, documents)
	documents["/s2.xml.gz"] = gzipped(strings.ReplaceAll(urlset2, "$/", s.URL+"/"))
	got := s.crawl(t, crawler.Crawler{}, "$")
	equal(t, got,
		"1 sitemap/index /index.xml",
		"2 sitemap /s1.xml",
		"2 sitemap /s2.xml.gz",
		"3 image /file.jpg",
		"0 site /",
		"1 image/img /logo.png",
		"3 page /watch",
		"4 page /deep",
		"3 page /gone !",
		"1 page /about",
		"4 playlist/video /v/master.m3u8",
		"5 playlist/rendition /v/audio.m3u8",
		"6 init /v/init.mp4",
		"6 segment /v/aseg0.m4s",
		"6 segment /v/aseg1.m4s",
		"5 playlist/variant /v/v1.m3u8",
		"6 segment /v/seg0.m4s",
		"6 segment /v/seg1.m4s",
		"5 playlist/iframe /v/iframe.m3u8 !",
	)
	for path, n := range s.requests {
		if n > 1 {
			t.Errorf("%s was fetched %d times", path, n)
		}
	}
	if s.requests["/about"]+s.requests["/deep"] > 0 {
		t.Errorf("opened what is closed or too deep: %v", s.requests)
	}
	for range 5 {
		equal(t, s.crawl(t, crawler.Crawler{Concurrency: 3}, "$"), got...)
	}
}

func TestCrawlSeedsOfEachKind(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/robots.txt":       "Sitemap: s1.txt\nUser-agent: *\nAllow: /\n",
		"/s1.txt":           "$/a.png\n$/b.css\n",
		"/list":             "$/c.png\n$/d.png\n",
		"/feed":             `<rss version="2.0"><channel><item><link>$/e.jpg</link></item></channel></rss>`,
		"/play":             media,
		"/page":             `<!doctype html><img src="f.png">`,
		"/file.bin":         "\x00\x01\x02",
		"/moved":            "-> /dir/play",
		"/dir/play":         strings.ReplaceAll(media, "init.mp4", "/root.mp4"),
		"/empty":            "",
		"/v1.m3u8":          "<html><title>Sign in</title>",
		"/truncated.m3u8":   "#EXTM3U\n",
		"/sub/sitemap.html": urlset2,
	})
	for name, c := range map[string]struct {
		seed string
		want []string
	}{
		"robots.txt":  {"$/robots.txt", []string{"0 sitemap/robots /robots.txt", "1 sitemap /s1.txt", "2 image /a.png", "2 asset /b.css"}},
		"text":        {"$/list", []string{"0 sitemap /list", "1 image /c.png", "1 image /d.png"}},
		"feed":        {"$/feed", []string{"0 sitemap/feed /feed", "1 image /e.jpg"}},
		"playlist":    {"$/play", []string{"0 playlist /play", "1 init /init.mp4", "1 segment /seg0.m4s", "1 segment /seg1.m4s"}},
		"page":        {"$/page", []string{"0 page /page", "1 image/img /f.png"}},
		"file":        {"$/file.bin", []string{"0 asset /file.bin"}},
		"image":       {"$/never/opened.png", []string{"0 image /never/opened.png"}},
		"redirect":    {"$/moved", []string{"0 playlist /moved", "1 init /root.mp4", "1 segment /dir/seg0.m4s", "1 segment /dir/seg1.m4s"}},
		"empty":       {"$/empty", []string{"0 page /empty !"}},
		"login":       {"$/v1.m3u8", []string{"0 playlist /v1.m3u8 !"}},
		"404":         {"$/none.xml", []string{"0 sitemap /none.xml !"}},
		"wrong name":  {"$/sub/sitemap.html", []string{"0 sitemap /sub/sitemap.html", "1 image /file.jpg"}},
		"not a URL":   {"javascript:alert(1)", []string{"0  javascript:alert(1) !"}},
		"relative":    {"/relative", []string{"0  /relative !"}},
		"other place": {"ftp://example.com/", []string{"0  ftp://example.com/ !"}},
	} {
		if got := s.crawl(t, crawler.Crawler{}, c.seed); !slices.Equal(got, c.want) {
			t.Errorf("%s: got\n\t%s\nwant\n\t%s", name, strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
		}
	}
}

// Three levels below the submitted playlist, as EdgeOne resolves: a playlist at the bound is listed and not opened.
func TestCrawlPlaylistDepth(t *testing.T) {
	t.Parallel()
	nested := func(to string) string { return "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + to + "\n" }
	s := newSite(t, map[string]string{
		"/0.m3u8": nested("1.m3u8"), "/1.m3u8": nested("2.m3u8"), "/2.m3u8": nested("3.m3u8"), "/3.m3u8": media,
		"/loop.m3u8": nested("pool.m3u8"), "/pool.m3u8": nested("loop.m3u8"),
	})
	equal(t, s.crawl(t, crawler.Crawler{}, "$/0.m3u8"),
		"0 playlist /0.m3u8", "1 playlist/variant /1.m3u8", "2 playlist/variant /2.m3u8", "3 playlist/variant /3.m3u8")
	equal(t, s.crawl(t, crawler.Crawler{}, "$/1.m3u8"),
		"0 playlist /1.m3u8", "1 playlist/variant /2.m3u8", "2 playlist/variant /3.m3u8",
		"3 init /init.mp4", "3 segment /seg0.m4s", "3 segment /seg1.m4s")
	equal(t, s.crawl(t, crawler.Crawler{PlaylistDepth: 1}, "$/0.m3u8"), "0 playlist /0.m3u8", "1 playlist/variant /1.m3u8")
	equal(t, s.crawl(t, crawler.Crawler{PlaylistDepth: -1}, "$/list"), "0 page /list !")
	equal(t, s.crawl(t, crawler.Crawler{}, "$/loop.m3u8"), "0 playlist /loop.m3u8", "1 playlist/variant /pool.m3u8")
}

func TestCrawlPageDepth(t *testing.T) {
	t.Parallel()
	link := func(to string) string { return `<!doctype html><a href="` + to + `">x</a>` }
	s := newSite(t, map[string]string{
		"/a": link("/b"), "/b": link("/c"), "/c": link("/d"), "/d": link("/a"),
		"/s.txt": "$/a\n", "/far": link("http://elsewhere.example/x"), "/no": `<!doctype html><a rel=nofollow href="/b">x</a>`,
	})
	equal(t, s.crawl(t, crawler.Crawler{}, "$/a"), "0 page /a", "1 page /b", "2 page /c")
	equal(t, s.crawl(t, crawler.Crawler{PageDepth: -1}, "$/a"), "0 page /a", "1 page /b")
	equal(t, s.crawl(t, crawler.Crawler{PageDepth: 9}, "$/a"), "0 page /a", "1 page /b", "2 page /c", "3 page /d")
	equal(t, s.crawl(t, crawler.Crawler{}, "$/s.txt"), "0 sitemap /s.txt", "1 page /a", "2 page /b")
	equal(t, s.crawl(t, crawler.Crawler{}, "$/far"), "0 page /far", "1 page http://elsewhere.example/x")
	equal(t, s.crawl(t, crawler.Crawler{}, "$/no"), "0 page /no", "1 page /b")
	equal(t, s.crawl(t, crawler.Crawler{Exclude: []string{"*/b"}}, "$/a"), "0 page /a", "1 page /b")
	equal(t, s.crawl(t, crawler.Crawler{Include: []string{"*/a"}}, "$/a"), "0 page /a", "1 page /b")
	equal(t, s.crawl(t, crawler.Crawler{MaxDocuments: 1}, "$/c"), "0 page /c", "1 page /d", "2 page /a")
}

func TestCrawlFindsTheWellKnownSitemap(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/": "<!doctype html>", "/sitemap.xml": urlset2})
	equal(t, s.crawl(t, crawler.Crawler{}, "$/"), "1 sitemap /sitemap.xml", "2 image /file.jpg", "0 site /")
}

func TestCrawlRewrites(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/m.m3u8": master, "/v1.m3u8": media, "/audio.m3u8": media, "/iframe.m3u8": media})
	c := crawler.Crawler{PrivateNetworks: true, Rewrite: []crawler.Rewrite{{From: s.URL + "/", To: "https://cdn.example.com/v/"}}}
	for r, err := range c.Crawl(t.Context(), s.URL+"/m.m3u8") {
		if err != nil || r.Err != nil || !strings.HasPrefix(r.URL, "https://cdn.example.com/v/") {
			t.Errorf("got %s, %v, %v", r.URL, r.Err, err)
		}
		if r.Title != "https://cdn.example.com/v/m.m3u8" || (r.Parent == "") != (r.Depth == 0) {
			t.Errorf("%s: got title %q, parent %q", r.URL, r.Title, r.Parent)
		}
	}
}

// A robots.txt that cannot be had closes the host: what was named is listed, nothing is opened, and it is said.
func TestCrawlRobotsUnavailable(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/robots.txt": "status 503", "/p.m3u8": media})
	var told []crawler.Document
	c := crawler.Crawler{OnDocument: func(d crawler.Document) {
		if d.Kind != "" { // not a word of the fetcher
			told = append(told, d)
		}
	}}
	equal(t, s.crawl(t, c, "$/p.m3u8"), "0 playlist /p.m3u8")
	if len(told) != 2 || !errors.Is(told[0].Err, crawler.ErrDisallowed) || !strings.Contains(told[0].Err.Error(), "503 Service Unavailable") {
		t.Errorf("got %+v", told)
	}
	if last := told[len(told)-1]; last.Kind != "robots" || errors.Is(last.Err, crawler.ErrDisallowed) {
		t.Errorf("got %+v, want a word about the robots.txt itself", last)
	}
	if s.requests["/p.m3u8"] != 0 {
		t.Error("the playlist was opened")
	}
	equal(t, s.crawl(t, crawler.Crawler{IgnoreRobots: true}, "$/p.m3u8"),
		"0 playlist /p.m3u8", "1 init /init.mp4", "1 segment /seg0.m4s", "1 segment /seg1.m4s")
}

func TestCrawlRefusesPrivateAddresses(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/": "<!doctype html>"})
	for r, err := range (&crawler.Crawler{}).Crawl(t.Context(), s.URL+"/p") {
		if err != nil || r.Err == nil {
			t.Errorf("got %v, %v", r.Err, err)
		}
	}
	if len(s.requests) > 0 {
		t.Errorf("requests came through: %v", s.requests)
	}
}

func TestCrawlEndsWithTheLoop(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&list, "$/%d.png\n", i)
	}
	s := newSite(t, map[string]string{"/list": list.String()})
	c := crawler.Crawler{PrivateNetworks: true}
	n := 0
	for range c.Crawl(t.Context(), s.URL+"/list") {
		if n++; n == 300 {
			break
		}
	}
	if n != 300 {
		t.Errorf("got %d resources, want 300", n)
	}
}

func TestCrawlEndsWithTheContext(t *testing.T) {
	t.Parallel()
	stuck := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer stuck.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	time.AfterFunc(20*time.Millisecond, func() { cancel(why) })
	c := crawler.Crawler{PrivateNetworks: true}
	var got error
	for _, err := range c.Crawl(ctx, stuck.URL+"/p") {
		got = err
	}
	if !errors.Is(got, why) {
		t.Errorf("got %v, want %v", got, why)
	}
}

func TestCrawlPassesDefinedVariables(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/m.m3u8": "#EXTM3U\n#EXT-X-DEFINE:NAME=\"cdn\",VALUE=\"/path\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n",
		"/v.m3u8": "#EXTM3U\n#EXT-X-DEFINE:IMPORT=\"cdn\"\n#EXTINF:4,\n{$cdn}/s.ts\n#EXT-X-ENDLIST\n",
	})
	got := s.crawl(t, crawler.Crawler{}, "$/m.m3u8")
	equal(t, got, "0 playlist /m.m3u8", "1 playlist/variant /v.m3u8", "2 segment /path/s.ts")
}

func TestCrawlMarksLivePlaylists(t *testing.T) {
	t.Parallel()
	live := strings.ReplaceAll(media, "#EXT-X-ENDLIST\n", "")
	s := newSite(t, map[string]string{"/live.m3u8": live})
	equal(t, s.crawl(t, crawler.Crawler{}, "$/live.m3u8"),
		"0 playlist/live /live.m3u8", "1 init /init.mp4", "1 segment /seg0.m4s", "1 segment /seg1.m4s")
	equal(t, s.crawl(t, crawler.Crawler{LiveSegments: -1}, "$/live.m3u8"), "0 playlist/live /live.m3u8")
}

// A seed that can't be is said to be so, and the others are crawled.
func TestCrawlGoesOnAfterABadSeed(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/p": media})
	equal(t, s.crawl(t, crawler.Crawler{}, "mailto:a@b.example", "/relative", "https://", "ftp://x.example/a", "$/p"),
		"0  mailto:a@b.example !", "0  /relative !", "0  https:// !", "0  ftp://x.example/a !",
		"0 playlist /p", "1 init /init.mp4", "1 segment /seg0.m4s", "1 segment /seg1.m4s")
}
