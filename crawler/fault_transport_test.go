package crawler_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
)

// answers is a crawl of a list of what answer gives for /bad, as a file of the suffix, and of one that is as it should be.
func answers(t *testing.T, suffix string, answer http.HandlerFunc) outcome {
	t.Helper()
	s := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/list.txt":
			fmt.Fprintf(w, "http://%s/bad%s\nhttp://%s/good.xml\n", r.Host, suffix, r.Host)
		case "/good.xml":
			fmt.Fprint(w, urlsetOf("/good.png"))
		case "/bad" + suffix:
			answer(w, r)
		default:
			http.NotFound(w, r)
		}
	})
	o := s.outcome(t, crawler.Crawler{}, "$/list.txt")
	o.has(t, "0 sitemap /list.txt", "2 image /good.png")
	return o
}

// suffixes are those of the three sorts of documents, and what each is called before it is opened.
var suffixes = map[string]string{".xml": "sitemap", ".m3u8": "playlist", ".html": "page"}

func TestFault01Reset(t *testing.T) {
	t.Parallel()
	for suffix, kind := range suffixes {
		var requests atomic.Int32
		o := answers(t, suffix, func(w http.ResponseWriter, _ *http.Request) {
			requests.Add(1)
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-")
				conn.Close()
			}
		})
		o.has(t, "1 "+kind+" /bad"+suffix+" !")
		o.failed(t, "/bad"+suffix, "/bad"+suffix+": ")
		if n := requests.Load(); n < 3 {
			t.Errorf("%s: got %d requests, want two more tries", suffix, n)
		}
	}
}

// A sitemap that broke off keeps what came; a playlist or a page that did is not read at all, as what is missing may be
// most of it.
func TestFault05ShortBody(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		".xml": "<urlset><url><loc>/kept.png</loc></url><url><loc>/lo", ".m3u8": mediaHead + "#EXTINF:6,\nkept.png\n#EXTINF:6,\nlo", ".html": "<html><img src=/kept.png><img src=/lo",
	}
	for suffix, kind := range suffixes {
		o := answers(t, suffix, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			fmt.Fprint(w, bodies[suffix])
		})
		o.failed(t, "/bad"+suffix, "short by")
		all := strings.Join(o.found, " ")
		if kept := strings.Contains(all, "/kept.png"); kept != (suffix == ".xml") {
			t.Errorf("%s: got kept %t: %s", suffix, kept, all)
		}
		if suffix != ".xml" {
			o.has(t, "1 "+kind+" /bad"+suffix+" !")
		}
		if strings.Contains(all, "/lo ") {
			t.Errorf("%s: half a URL was listed: %s", suffix, all)
		}
	}
}

func TestFault07EndlessBody(t *testing.T) {
	t.Parallel()
	long(t)
	for suffix, limit := range map[string]string{".xml": "250 MiB", ".m3u8": "32 MiB", ".html": "16 MiB"} {
		head := map[string]string{".xml": "<urlset>", ".m3u8": "#EXTM3U\n#EXTINF:1,\n", ".html": "<html>"}[suffix]
		line := strings.Repeat(" ", 1<<20-1) + "\n"
		o := answers(t, suffix, func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, head)
			for r.Context().Err() == nil {
				if _, err := fmt.Fprint(w, line); err != nil {
					return
				}
			}
		})
		o.failed(t, "/bad"+suffix, limit)
	}
}

func TestFault08GzipBomb(t *testing.T) {
	t.Parallel()
	long(t)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	fmt.Fprint(z, "<urlset><url><loc>/kept.png</loc></url>")
	for range 300 {
		fmt.Fprint(z, strings.Repeat(" ", 1<<20))
	}
	z.Close()
	for name, coding := range map[string]string{"file": "", "transport": "gzip"} {
		o := answers(t, ".xml", func(w http.ResponseWriter, _ *http.Request) {
			if coding != "" {
				w.Header().Set("Content-Encoding", coding)
			}
			_, _ = w.Write(bomb.Bytes())
		})
		if err := o.errs["/bad.xml"]; err == nil || !strings.Contains(err.Error(), "larger than 250 MiB") {
			t.Errorf("%s: got %v", name, err)
		}
		o.has(t, "2 image /kept.png")
	}
}

func TestFault09Brotli(t *testing.T) {
	t.Parallel()
	for suffix, kind := range suffixes {
		o := answers(t, suffix, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Accept-Encoding"), "br") {
				t.Error("brotli was asked for")
			}
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "\x0b\x02\x80<a href=/no>\x03")
		})
		o.has(t, "1 "+kind+" /bad"+suffix+" !")
		o.failed(t, "/bad"+suffix, "br")
	}
}

func TestFault12TruncatedGzip(t *testing.T) {
	t.Parallel()
	var paths []string
	for i := range 5000 {
		paths = append(paths, fmt.Sprintf("/%x.png", i*i*7919))
	}
	packed := gzipped(urlsetOf(paths...))
	o := answers(t, ".xml", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, packed[:len(packed)/2]) })
	if len(o.found) < 1000 {
		t.Errorf("got %d resources, want those that decoded", len(o.found))
	}
	o.failed(t, "/bad.xml", "unexpected EOF")
}

func TestFault14BytesNotNames(t *testing.T) {
	t.Parallel()
	plain := urlsetOf("/a.png")
	for name, c := range map[string]struct{ suffix, contentType, body string }{
		"decoded by the server":  {".xml.gz", "application/gzip", plain},
		"gzip without the name":  {".xml", "text/xml", gzipped(plain)},
		"twice":                  {".xml.gz", "application/gzip", gzipped(gzipped(plain))},
		"as a page":              {".xml", "text/html; charset=utf-8", plain},
		"as a picture":           {".xml", "image/png", plain},
		"playlist as a page":     {".m3u8", "text/html", strings.Replace(media, "init.mp4", "a.png", 1)},
		"playlist without name":  {"", "application/octet-stream", strings.Replace(media, "init.mp4", "a.png", 1)},
		"gzipped playlist":       {".m3u8", "application/x-mpegurl", gzipped(strings.Replace(media, "init.mp4", "a.png", 1))},
		"sitemap without a name": {"", "text/plain", plain},
	} {
		o := answers(t, c.suffix, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", c.contentType)
			fmt.Fprint(w, c.body)
		})
		if all := strings.Join(o.found, "\n"); !strings.Contains(all, "/a.png") || len(o.errs) > 0 {
			t.Errorf("%s: got %v\n%s", name, o.errs, all)
		}
	}
}

func TestFault15RedirectLoop(t *testing.T) {
	t.Parallel()
	for suffix, kind := range suffixes {
		o := answers(t, suffix, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		})
		o.has(t, "1 "+kind+" /bad"+suffix+" !")
		o.failed(t, "/bad"+suffix, "redirects in a circle", " → ")
	}
}

func TestFault16RedirectToOtherSchemes(t *testing.T) {
	t.Parallel()
	for suffix, kind := range suffixes {
		for _, to := range []string{"file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/xml,x", "javascript:alert(1)"} {
			o := answers(t, suffix, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(http.StatusMovedPermanently)
			})
			o.has(t, "1 "+kind+" /bad"+suffix+" !")
			o.failed(t, "/bad"+suffix, "is refused")
		}
	}
}

func TestFault18Credentials(t *testing.T) {
	t.Parallel()
	var leaked atomic.Int32
	other := newServer(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization")+r.Header.Get("X-Key") != "" {
			leaked.Add(1)
		}
	})
	kept := false
	var s *site
	s = newServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/s.txt":
			kept = r.Header.Get("X-Key") == "canary"
			fmt.Fprintf(w, "%s/moved.xml\n%s/moved.html\n%s/listed.xml\n%s/listed.m3u8\n", s.URL, s.URL, other.URL, other.URL)
		case "/moved.xml", "/moved.html":
			http.Redirect(w, r, other.URL+r.URL.Path, http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	})
	s.outcome(t, crawler.Crawler{Header: http.Header{"Authorization": {"Bearer canary"}, "X-Key": {"canary"}}}, "$/s.txt")
	if n := leaked.Load(); n > 0 || !kept {
		t.Errorf("another host got the headers %d times; the seed's own got them: %t", n, kept)
	}
	if other.count("/moved.xml") == 0 || other.count("/listed.m3u8") == 0 {
		t.Errorf("got requests %v", other.requests)
	}
}

func TestFault19Busy(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	o := answers(t, ".xml", func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) == 1 {
			w.Header().Set("Retry-After", "garbage")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		fmt.Fprint(w, urlsetOf("/a.png"))
	})
	o.has(t, "1 sitemap /bad.xml", "2 image /a.png")
}

func TestFault21EmptyBody(t *testing.T) {
	t.Parallel()
	for suffix, kind := range suffixes {
		o := answers(t, suffix, func(http.ResponseWriter, *http.Request) {})
		o.has(t, "1 "+kind+" /bad"+suffix+" !")
		o.failed(t, "/bad"+suffix, "empty")
		o = answers(t, suffix, http.NotFound)
		o.has(t, "1 "+kind+" /bad"+suffix+" !")
		o.failed(t, "/bad"+suffix, "404")
	}
}

func TestFault22Unasked(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{".xml": urlsetOf("/no.png"), ".m3u8": media, ".html": "<html><img src=/no.png>"}
	for suffix, kind := range suffixes {
		for _, status := range []int{http.StatusNoContent, http.StatusPartialContent, http.StatusNotModified} {
			o := answers(t, suffix, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				if status == http.StatusPartialContent {
					fmt.Fprint(w, bodies[suffix])
				}
			})
			o.has(t, "1 "+kind+" /bad"+suffix+" !")
			if len(o.found) != 4 {
				t.Errorf("%s, status %d: got %q", suffix, status, o.found)
			}
			o.failed(t, "/bad"+suffix, fmt.Sprint(status))
		}
	}
}

// Metadata services stay closed even where private networks are open.
func TestFault26MetadataInDocuments(t *testing.T) {
	t.Parallel()
	const metadata = "http://169.254.169.254/latest"
	s := newSite(t, map[string]string{
		"/m.m3u8":  "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + metadata + "/v.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n",
		"/s.txt":   metadata + "/s.xml\nhttp://[fd00:ec2::254]/t.xml\n$/a.png\n",
		"/p.html":  "<html><a href='" + metadata + "/feed.xml'></a><video src='" + metadata + "/w.m3u8'></video><img src=b.png>",
		"/r.m3u8":  "-> " + metadata + "/r.m3u8",
		"/v.m3u8":  media,
		"/q.html":  "-> " + metadata + "/q.html",
		"/q2.html": "<html><img src=c.png>",
	})
	o := s.outcome(t, crawler.Crawler{Hosts: []string{"169.254.169.254"}}, "$/m.m3u8", "$/s.txt", "$/p.html", "$/r.m3u8", "$/q.html", "$/q2.html")
	o.has(t, "2 segment /seg0.m4s", "1 image /a.png", "1 image/img /b.png", "1 image/img /c.png")
	for _, u := range []string{metadata + "/v.m3u8", metadata + "/s.xml", "http://[fd00:ec2::254]/t.xml", metadata + "/feed.xml", metadata + "/w.m3u8", "/r.m3u8", "/q.html"} {
		o.failed(t, u, "is a private address (metadata service)")
	}
}

func TestFault29Disguises(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "localhost.", "0.0.0.0", "10.0.0.1", "100.64.0.1"} {
		c := crawler.Crawler{}
		n := 0
		for r, err := range c.Crawl(t.Context(), "http://"+host+"/s.xml") {
			if n++; err != nil || r.Err == nil || !strings.Contains(r.Err.Error(), "private address") && !strings.Contains(r.Err.Error(), "in disguise") {
				t.Errorf("%s: got %v, %v", host, r.Err, err)
			}
		}
		if n != 1 {
			t.Errorf("%s: got %d resources", host, n)
		}
	}
}

func TestFault31Userinfo(t *testing.T) {
	t.Parallel()
	documents := map[string]string{}
	s := newSite(t, documents)
	withUser := strings.Replace(s.URL, "http://", "http://user:canary@", 1)
	documents["/s.txt"] = withUser + "/a.png\n" + withUser + "/gone.xml\n"
	o := s.outcome(t, crawler.Crawler{}, withUser+"/s.txt")
	equal(t, o.found, "0 sitemap /s.txt", "1 image /a.png", "1 sitemap /gone.xml !")
	o.warned(t, "/s.txt", "user and password in the URL are left out")
	if all := strings.Join(o.found, " ") + o.String(); strings.Contains(all, "canary") {
		t.Errorf("the password is shown: %s", all)
	}
}

// What a signature opens is told by the URL as it is; what is told of it in words has it masked.
func TestFault32SignedURLs(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/s.txt": "$/gone.m3u8?sign=canary&t=1\n$/a.png?X-Amz-Signature=canary\n"})
	o := s.outcome(t, crawler.Crawler{}, "$/s.txt")
	o.has(t, "1 playlist /gone.m3u8?sign=canary&t=1 !", "1 image /a.png?X-Amz-Signature=canary")
	for path, err := range o.errs {
		if strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the signature is shown: %v", path, err)
		}
	}
	if len(o.errs) != 1 {
		t.Errorf("got %v", o.errs)
	}
}

func TestFault36ControlCharacters(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/s.xml": urlsetOf("/a&#13;&#10;X-Evil:%20y.png", "/b.png"), "/p.html": "<html><img src='/a&#13;&#10;X: y.png'><img src=/c.png>",
		"/p.m3u8": mediaHead + "#EXTINF:6,\na\x00b.ts\n#EXTINF:6,\nd.ts\n#EXT-X-ENDLIST\n",
	})
	o := s.outcome(t, crawler.Crawler{}, "$/s.xml", "$/p.html", "$/p.m3u8")
	o.has(t, "1 image /b.png", "1 image/img /c.png", "1 segment /d.ts")
	if all := strings.Join(o.found, "|"); strings.ContainsAny(all, "\r\n\x00") {
		t.Errorf("got %q", all)
	}
}
