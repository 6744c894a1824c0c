package crawler_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/edgewarm/edgewarm/crawler"
)

// memory is a crawler.Memory that is a map.
type memory struct {
	mu    sync.Mutex
	memos map[string]crawler.Memo
	fresh bool
}

func newMemory() *memory { return &memory{memos: map[string]crawler.Memo{}} }

func (m *memory) Recall(_ context.Context, url string) crawler.Memo {
	m.mu.Lock()
	defer m.mu.Unlock()
	memo := m.memos[url]
	memo.Fresh = m.fresh
	return memo
}

func (m *memory) Remember(_ context.Context, url string, memo crawler.Memo) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if memo.Listing == nil {
		memo.Listing = m.memos[url].Listing
	}
	m.memos[url] = memo
}

// each changes all that is remembered.
func (m *memory) each(change func(*crawler.Memo)) {
	for url, memo := range m.memos {
		change(&memo)
		m.memos[url] = memo
	}
}

// library is a site whose documents have validators: an ETag, or for what is below /dated/ a Last-Modified. It counts what
// it answers with, by path and status.
type library struct {
	*httptest.Server
	mu        sync.Mutex
	documents map[string]string
	answers   map[string]int
	// open counts connections whose handler may still write down an answer, closed tells that one is no more.
	open   int
	closed *sync.Cond
}

func newLibrary(t *testing.T, documents map[string]string) *library {
	t.Helper()
	s := &library{documents: documents, answers: map[string]int{}}
	s.closed = sync.NewCond(&s.mu)
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch state {
		case http.StateNew:
			s.open++
		case http.StateClosed:
			s.open--
			s.closed.Broadcast()
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, ok := s.documents[r.URL.Path]
	status := s.answer(w, r, strings.ReplaceAll(body, "$/", s.URL+"/"), ok)
	s.answers[fmt.Sprint(r.URL.Path, " ", status)]++
}

// dated is when what is below /dated/ was modified.
var dated = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Format(http.TimeFormat)

func (s *library) answer(w http.ResponseWriter, r *http.Request, body string, ok bool) int {
	h := fnv.New64()
	_, _ = h.Write([]byte(body))
	etag := fmt.Sprintf("%q", fmt.Sprint(h.Sum64()))
	switch {
	case !ok:
		http.NotFound(w, r)
		return http.StatusNotFound
	case strings.HasPrefix(body, "-> "):
		http.Redirect(w, r, body[3:], http.StatusFound)
		return http.StatusFound
	case strings.HasPrefix(r.URL.Path, "/dated/"):
		w.Header().Set("Last-Modified", dated)
		if r.Header.Get("If-Modified-Since") == dated {
			w.WriteHeader(http.StatusNotModified)
			return http.StatusNotModified
		}
	case !strings.HasPrefix(r.URL.Path, "/plain/"):
		w.Header().Set("Etag", etag)
		w.Header().Set("Cache-Control", "no-store")
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return http.StatusNotModified
		}
	}
	fmt.Fprint(w, body)
	return http.StatusOK
}

// take returns what was answered since it was last called, robots.txt left out. What a crawl that was broken off had asked
// for is waited for: it may be answered late.
func (s *library) take() map[string]int {
	s.CloseClientConnections()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.open > 0 {
		s.closed.Wait()
	}
	answers := s.answers
	s.answers = map[string]int{}
	maps.DeleteFunc(answers, func(a string, _ int) bool { return strings.HasPrefix(a, "/robots.txt") })
	return answers
}

// statuses counts answers by status.
func statuses(answers map[string]int) map[string]int {
	out := map[string]int{}
	for a, n := range answers {
		out[a[strings.LastIndexByte(a, ' ')+1:]] += n
	}
	return out
}

// found is what a crawl tells of the site: each resource as its line, and each document.
type found struct {
	Resources, Documents []string
}

func (s *library) crawl(t *testing.T, c crawler.Crawler, seeds ...string) found {
	t.Helper()
	return s.crawlSome(t, c, -1, seeds...)
}

// crawlSome breaks the loop off after n resources.
func (s *library) crawlSome(t *testing.T, c crawler.Crawler, n int, seeds ...string) (f found) {
	t.Helper()
	c.PrivateNetworks, c.Rate = true, 1e6
	c.OnDocument = func(d crawler.Document) {
		if d.Kind == "" {
			return // a word of the fetcher
		}
		text, err := d.MarshalJSON()
		if err != nil {
			t.Error(err)
		}
		f.Documents = append(f.Documents, string(text))
	}
	for i, seed := range seeds {
		seeds[i] = strings.ReplaceAll(seed, "$", s.URL)
	}
	for r, err := range c.Crawl(t.Context(), seeds...) {
		if err != nil {
			t.Fatal(err)
		}
		f.Resources = append(f.Resources, string(r.AppendJSON(nil)))
		if len(f.Resources) == n {
			break
		}
	}
	return f
}

func (f found) equal(t *testing.T, what string, want found) {
	t.Helper()
	if diff := cmp.Diff(want, f, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

// titles is a site of sitemaps, pages and playlists, with something wrong here and there.
func titles(n int) map[string]string {
	documents := map[string]string{
		"/robots.txt": "Sitemap: $/index.xml\n",
		"/":           `<!doctype html><a href="/about">a</a><a href="/gone">g</a><img src="/logo.png">`,
		"/about":      `<!doctype html><a rel="nofollow" href="/closed">c</a><script src="/s.js"></script>`,
		"/index.xml": `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` +
			`<sitemap><loc>$/dated/s.xml</loc><lastmod>2026-01-02T03:04:05.6+01:00</lastmod></sitemap></sitemapindex>`,
		"/v.m3u8":    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8\n",
		"/live.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nlive0.ts\n",
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for i := range n {
		fmt.Fprintf(&b, "<url><loc>$/t%d</loc><lastmod>2026-02-%02d</lastmod><priority>0.%d</priority><changefreq>daily</changefreq></url>", i, i%28+1, i%10)
		documents[fmt.Sprintf("/t%d", i)] = fmt.Sprintf(`<!doctype html><video src="/v%d/master.m3u8"></video>`, i)
		documents[fmt.Sprintf("/v%d/master.m3u8", i)] = "#EXTM3U\n#EXT-X-DEFINE:NAME=\"dir\",VALUE=\"s\"\n" +
			"#EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=1500000\nv.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=nonsense\nw.m3u8\n"
		documents[fmt.Sprintf("/v%d/v.m3u8", i)] = "#EXTM3U\n#EXT-X-DEFINE:IMPORT=\"dir\"\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI=\"init.mp4\"\n" +
			strings.Repeat("#EXTINF:4,\n{$dir}/a.m4s\n#EXTINF:3.5,\n{$dir}/b.m4s\n", 2) + "#EXT-X-ENDLIST\n"
		documents[fmt.Sprintf("/v%d/w.m3u8", i)] = "#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:100@0\nall.ts\n#EXTINF:x,\nodd.ts\n#EXT-X-ENDLIST\n"
	}
	b.WriteString("<url><loc>$/v.m3u8</loc></url><url><loc>not & a URL</loc></url></urlset>")
	documents["/dated/s.xml"] = b.String()
	return documents
}

func TestMemory(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, titles(20))
	want := s.crawl(t, crawler.Crawler{}, "$/")
	all := s.take()
	if len(want.Resources) < 150 || len(want.Documents) < 80 {
		t.Fatalf("got %d resources of %d documents", len(want.Resources), len(want.Documents))
	}

	m := newMemory()
	c := crawler.Crawler{Memory: m}
	s.crawl(t, c, "$/").equal(t, "the first crawl", want)
	if diff := cmp.Diff(all, s.take()); diff != "" {
		t.Error("the first crawl asked for something else:", diff)
	}

	s.crawl(t, c, "$/").equal(t, "the second crawl", want)
	// What is gone and what is live is asked for anew, and the sitemap whose lastmod is unchanged is not.
	again := map[string]int{"200": 1, "404": statuses(all)["404"], "304": statuses(all)["200"] - 2}
	if diff := cmp.Diff(again, statuses(s.take())); diff != "" {
		t.Error("the second crawl:", diff)
	}

	s.documents["/t7"] += `<img src="/new.png">`
	want = s.crawl(t, crawler.Crawler{}, "$/")
	s.take()
	s.crawl(t, c, "$/").equal(t, "with a page that has changed", want)
	if got := s.take(); got["/t7 200"] != 1 || statuses(got)["200"] != 2 || !strings.Contains(strings.Join(want.Resources, ""), "/new.png") {
		t.Errorf("of a page that has changed: got %v", got)
	}
	s.crawl(t, c, "$/").equal(t, "once more", want)
	if diff := cmp.Diff(again, statuses(s.take())); diff != "" {
		t.Error("once more:", diff)
	}
}

// What a listing depends on beside the document makes it be read anew.
func TestMemoryOfOtherOptions(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, titles(2))
	first := crawler.Crawler{Memory: newMemory()}
	for name, c := range map[string]crawler.Crawler{
		"start":      {Start: 5 * time.Second},
		"renditions": {Renditions: crawler.Renditions{MinBandwidth: 1_900_000}},
		"query":      {Query: crawler.QueryAppend},
		"rewrite":    {Rewrite: []crawler.Rewrite{{From: s.URL, To: "https://cdn.example.com"}}},
		"header":     {Header: http.Header{"X-Who": {"me"}}},
	} {
		s.crawl(t, first, "$/")
		want := s.crawl(t, c, "$/")
		c.Memory = first.Memory
		s.crawl(t, c, "$/").equal(t, name, want)
		s.crawl(t, c, "$/").equal(t, name+", once more", want)
	}
}

func TestMemoryOfMoved(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, map[string]string{
		"/p": "-> /a/p", "/a/p": `<!doctype html><img src="x.png">`, "/b/p": `<!doctype html><img src="x.png">`,
		"/m": "-> /a/m", "/a/m": media, "/b/m": media, "/list.txt": "$/p\n$/m\n",
	})
	c := crawler.Crawler{Memory: newMemory()}
	for _, to := range []string{"/a", "/a", "/b", "/b"} {
		s.documents["/p"], s.documents["/m"] = "-> "+to+"/p", "-> "+to+"/m"
		s.crawl(t, c, "$/list.txt").equal(t, to, s.crawl(t, crawler.Crawler{}, "$/list.txt"))
	}
}

// A sitemap is not asked for when its index says that it is as it was, and only when that can be believed.
func TestMemoryOfLastMod(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		lastmod, then time.Duration // how long ago the index says it changed: now, and when it was asked
		asked         time.Duration // how long ago that was
		want          int           // requests
	}{
		"unchanged":              {30 * day, 30 * day, day, 0},
		"unchanged, long asked":  {30 * day, 30 * day, 8 * day, 1},
		"changed":                {10 * day, 30 * day, 5 * day, 1},
		"changed to the older":   {30 * day, 10 * day, day, 1},
		"too near":               {3 * day, 3 * day, 2 * day, 1},
		"in the future":          {-30 * day, -30 * day, day, 1},
		"asked in the future":    {30 * day, 30 * day, -day, 1},
		"not said":               {0, 0, day, 1},
		"not said any more":      {0, 30 * day, day, 1},
		"not said at that time":  {30 * day, 0, day, 1},
		"near enough to believe": {3 * day, 3 * day, day - time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Now().UTC().Truncate(time.Second)
			at := func(ago time.Duration) string {
				if ago == 0 {
					return ""
				}
				return "<lastmod>" + now.Add(-ago).Format(time.RFC3339) + "</lastmod>"
			}
			index := `<sitemapindex><sitemap><loc>$/s.xml</loc>%s</sitemap><sitemap><loc>$/nested.xml</loc>%[1]s</sitemap></sitemapindex>`
			s := newLibrary(t, map[string]string{
				"/index.xml":  fmt.Sprintf(index, at(c.then)),
				"/s.xml":      "<urlset><url><loc>$/a.png</loc></url></urlset>",
				"/nested.xml": "<sitemapindex><sitemap><loc>$/t.xml</loc></sitemap></sitemapindex>",
				"/t.xml":      "<urlset><url><loc>$/b.png</loc></url></urlset>",
			})
			m := newMemory()
			s.crawl(t, crawler.Crawler{Memory: m}, "$/index.xml")
			m.each(func(memo *crawler.Memo) { memo.Asked = now.Add(-c.asked) })
			s.documents["/index.xml"] = fmt.Sprintf(index, at(c.lastmod))
			want := s.crawl(t, crawler.Crawler{}, "$/index.xml")
			s.take()
			s.crawl(t, crawler.Crawler{Memory: m}, "$/index.xml").equal(t, name, want)
			if got := s.take(); got["/s.xml 304"] != c.want || got["/nested.xml 304"] != 1 {
				t.Errorf("got %v, want %d requests for the sitemap", got, c.want)
			}
		})
	}
}

// What was read long ago is read anew, whatever its server says.
func TestMemoryAges(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, titles(3))
	m := newMemory()
	c := crawler.Crawler{Memory: m}
	want := s.crawl(t, c, "$/")
	for _, read := range []time.Duration{31 * 24 * time.Hour, -time.Hour} {
		m.each(func(memo *crawler.Memo) { memo.Read = time.Now().Add(-read) })
		s.take()
		s.crawl(t, c, "$/").equal(t, "after a long time", want)
		if got := statuses(s.take()); got["304"] > 0 {
			t.Errorf("got %v, want all to be read anew", got)
		}
	}
	m.each(func(memo *crawler.Memo) {
		memo.Read = time.Now().Add(-29 * 24 * time.Hour)
	})
	s.crawl(t, c, "$/")
	if got := statuses(s.take()); got["304"] == 0 {
		t.Errorf("got %v, want most to be unchanged", got)
	}
	for url, memo := range m.memos {
		if age := time.Since(memo.Read); age < 28*24*time.Hour && !strings.HasSuffix(url, "/gone") {
			t.Errorf("%s: an answer of 304 made what was read %v young", url, age)
		}
	}
}

// Without a validator a document is read anew by the next crawl, and not by one that goes on.
func TestMemoryWithoutValidators(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, map[string]string{"/plain/list.txt": "$/plain/p\n$/plain/m\n", "/plain/p": `<!doctype html><img src="x.png">`, "/plain/m": media})
	m := newMemory()
	c := crawler.Crawler{Memory: m}
	want := s.crawl(t, c, "$/plain/list.txt")
	first := s.take()
	s.crawl(t, c, "$/plain/list.txt").equal(t, "the next", want)
	if diff := cmp.Diff(first, s.take()); diff != "" {
		t.Error(diff)
	}
	m.fresh = true
	s.crawl(t, c, "$/plain/list.txt").equal(t, "one that goes on", want)
	if got := s.take(); len(got) > 0 {
		t.Errorf("got %v, want no request", got)
	}
}

// A crawl that is broken off anywhere goes on without asking again for what was finished, and comes to the same.
func TestMemoryResumes(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, titles(40))
	want := s.crawl(t, crawler.Crawler{}, "$/")
	rounds := 20
	if testing.Short() {
		rounds = 4
	}
	for range rounds {
		m := newMemory()
		m.fresh = true
		c := crawler.Crawler{Memory: m, Concurrency: 1 + rand.IntN(8)}
		asked := map[string]bool{}
		for range 4 {
			n := 1 + rand.IntN(len(want.Resources)-1)
			s.take()
			got := s.crawlSome(t, c, n, "$/")
			got.equal(t, "broken off", found{want.Resources[:n], want.Documents[:len(got.Documents)]})
			for answer := range s.take() {
				path, status, _ := strings.Cut(answer, " ")
				if asked[path] {
					t.Errorf("%s was asked for again: %s", path, status)
				}
			}
			for url := range m.memos {
				asked[strings.TrimPrefix(url, s.URL)] = true
			}
			for _, document := range got.Documents {
				checkRemembered(t, document, asked)
			}
		}
		s.crawl(t, c, "$/").equal(t, "gone on to the end", want)
		for answer := range s.take() {
			if path, _, _ := strings.Cut(answer, " "); asked[path] {
				t.Errorf("%s was asked for again", answer)
			}
		}
	}
}

// checkRemembered is that a document that was told of is remembered: unless it failed, or is live.
func checkRemembered(t *testing.T, document string, remembered map[string]bool) {
	t.Helper()
	_, path, _ := strings.Cut(document, `"url":"http://127.0.0.1:`)
	path, _, _ = strings.Cut(path[strings.IndexByte(path, '/'):], `"`)
	if !remembered[path] && path != "/live.m3u8" && !strings.Contains(document, `"error"`) && path != "/robots.txt" {
		t.Errorf("%s is not remembered", document)
	}
}

// What a memory returns need not be what was remembered: it is read anew then, and what is yielded is the same.
func TestMemoryIsNotTrusted(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, titles(3))
	c := crawler.Crawler{Memory: newMemory()}
	want := s.crawl(t, c, "$/")
	good := maps.Clone(c.Memory.(*memory).memos)
	for name, spoil := range map[string]func(url string, b []byte) []byte{
		"empty":         func(string, []byte) []byte { return []byte{} },
		"cut short":     func(_ string, b []byte) []byte { return b[:len(b)-1] },
		"half":          func(_ string, b []byte) []byte { return b[:len(b)/2] },
		"too long":      func(_ string, b []byte) []byte { return append(bytes.Clone(b), make([]byte, crawler.MaxListing)...) },
		"another's":     func(string, []byte) []byte { return good[s.URL+"/index.xml"].Listing },
		"another build": func(_ string, b []byte) []byte { b = bytes.Clone(b); b[3]++; return b },
		"zeros":         func(_ string, b []byte) []byte { return append(bytes.Clone(b[:16]), make([]byte, 100)...) },
		"ones": func(_ string, b []byte) []byte {
			return append(bytes.Clone(b[:16]), bytes.Repeat([]byte{0xff}, 100)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory()
			for url, memo := range good {
				memo.Listing = spoil(url, memo.Listing)
				m.memos[url] = memo
			}
			m.fresh = true
			s.crawl(t, crawler.Crawler{Memory: m}, "$/").equal(t, name, want)
		})
	}
}

func TestMemoryKeepsNoErrors(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, map[string]string{
		"/list.txt": "$/gone\n$/login.m3u8\n$/broken.m3u8\n$/shut\n", "/login.m3u8": "<html><title>Login</title></html>",
		"/broken.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n", "/robots.txt": "User-agent: *\nDisallow: /shut\nSitemap: $/list.txt",
		"/shut": "<!doctype html>",
	})
	m := newMemory()
	c := crawler.Crawler{Memory: m}
	s.crawl(t, c, "$/list.txt", "$/robots.txt")
	for _, path := range []string{"/gone", "/login.m3u8", "/shut", "/robots.txt"} {
		if _, ok := m.memos[s.URL+path]; ok {
			t.Errorf("%s is remembered", path)
		}
	}
	s.mu.Lock()
	robots := s.answers["/robots.txt 200"]
	s.answers = map[string]int{}
	s.mu.Unlock()
	if m.fresh = true; robots == 0 {
		t.Error("robots.txt was not asked for")
	}
	s.crawl(t, c, "$/list.txt", "$/robots.txt")
	if s.answers["/robots.txt 200"] == 0 || s.answers["/login.m3u8 200"] != 1 {
		t.Errorf("the second time: got %v", s.answers)
	}
}
