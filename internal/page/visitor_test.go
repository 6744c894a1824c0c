package page_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/edgewarm/edgewarm/internal/page"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a server on loopback and a visitor of it.
func site(t *testing.T, o page.VisitorOptions, handler http.HandlerFunc) (string, *page.Visitor) {
	t.Helper()
	server := httptest.NewServer(handler)
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	return server.URL, page.NewVisitor(transport, o)
}

// visit returns the answer, or nil.
func visit(ctx context.Context, v *page.Visitor, url string) (got *page.Response, err error) {
	err = v.Visit(ctx, url, func(r *page.Response) { got = r })
	return got, err
}

func TestVisit(t *testing.T) {
	t.Parallel()
	const body = "\xff\xfe caf\xe9 <a href=/x>"
	base, v := site(t, page.VisitorOptions{}, func(w http.ResponseWriter, r *http.Request) {
		if agent := r.Header.Get("User-Agent"); strings.Contains(agent, "colly") || len(r.Cookies()) > 0 {
			t.Errorf("got user agent %q, cookies %v", agent, r.Cookies())
		}
		w.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
		w.Header().Set("Set-Cookie", "a=b")
		_, _ = io.WriteString(w, body)
	})
	for range 2 {
		got, err := visit(t.Context(), v, base+"/a.xml?x=1")
		if err != nil {
			t.Fatal(err)
		}
		if got.URL != base+"/a.xml?x=1" || got.Status != 200 || string(got.Body) != body {
			t.Errorf("got %+v", got)
		}
		if ct := got.Header.Get("Content-Type"); ct != "text/html; charset=iso-8859-1" {
			t.Errorf("got Content-Type %q", ct)
		}
	}
}

func TestVisitRedirects(t *testing.T) {
	t.Parallel()
	base, v := site(t, page.VisitorOptions{UserAgent: "edgewarm-test"}, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("User-Agent") != "edgewarm-test" {
			t.Errorf("got user agent %q", r.Header.Get("User-Agent"))
		}
		switch r.URL.Path {
		case "/a":
			http.Redirect(w, r, "/b/./c?x", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		}
	})
	got, err := visit(t.Context(), v, base+"/a")
	if err != nil || got.URL != base+"/b/c?x" {
		t.Errorf("got %+v, %v", got, err)
	}
	for path, want := range map[string]string{"/loop": "stopped after 10 redirects", "/file": "redirect to scheme file"} {
		if got, err := visit(t.Context(), v, base+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %+v, %v, want %q", path, got, err, want)
		}
	}
}

func TestVisitErrorsHaveTheirStatus(t *testing.T) {
	t.Parallel()
	base, v := site(t, page.VisitorOptions{}, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status)
		w.WriteHeader(status)
		if status != http.StatusNotModified && status != http.StatusNoContent {
			_, _ = io.WriteString(w, strings.Repeat("<p>", 100_000))
		}
	})
	for _, status := range []int{204, 206, 304, 401, 404, 410, 500, 503} {
		got, err := visit(t.Context(), v, fmt.Sprintf("%s/%d?token=hunter2", base, status))
		var e *page.Error
		if got != nil || !errors.As(err, &e) || e.Status != status || !errors.Is(err, page.ErrStatus) {
			t.Errorf("%d: got %+v, %v", status, got, err)
		} else if s := err.Error(); !strings.Contains(s, fmt.Sprint(status)) || strings.Contains(s, "hunter2") {
			t.Errorf("%d: got %q", status, s)
		}
	}
}

func TestVisitLimit(t *testing.T) {
	t.Parallel()
	base, v := site(t, page.VisitorOptions{MaxBody: 1000}, func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
		_, _ = io.WriteString(w, strings.Repeat("x", n))
	})
	if got, err := visit(t.Context(), v, base+"/1000"); err != nil || len(got.Body) != 1000 {
		t.Errorf("at the limit: got %v", err)
	}
	for _, n := range []int{1001, 1_000_000} {
		got, err := visit(t.Context(), v, fmt.Sprintf("%s/%d", base, n))
		var e *page.LimitError
		if got != nil || !errors.As(err, &e) || e.Max != 1000 {
			t.Errorf("%d: got %v, want a LimitError", n, err)
		}
	}
}

// colly would inflate what the transport left encoded, without a limit.
func TestFault08GzipBehindTheLimit(t *testing.T) {
	t.Parallel()
	base, v := site(t, page.VisitorOptions{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, "\x1f\x8b\x08")
	})
	if _, err := visit(t.Context(), v, base); err == nil || !strings.Contains(err.Error(), `encoded as "gzip"`) {
		t.Errorf("got %v", err)
	}
}

func TestFault05ShortBody(t *testing.T) {
	t.Parallel()
	base, v := site(t, page.VisitorOptions{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "<a href=/x>")
	})
	if got, err := visit(t.Context(), v, base); got != nil || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestVisitNoServer(t *testing.T) {
	t.Parallel()
	v := page.NewVisitor(http.DefaultTransport, page.VisitorOptions{})
	_, err := visit(t.Context(), v, "http://127.0.0.1:1/?token=hunter2")
	var e *page.Error
	if !errors.As(err, &e) || e.Status != 0 || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
	if _, err := visit(t.Context(), v, "http://a b/"); !errors.As(err, &e) {
		t.Errorf("no URL: got %v", err)
	}
}

func TestVisitCancelled(t *testing.T) {
	t.Parallel()
	started := make(chan struct{}, 2)
	base, v := site(t, page.VisitorOptions{}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			_, _ = io.WriteString(w, "<p>")
			_ = http.NewResponseController(w).Flush()
		}
		started <- struct{}{}
		<-r.Context().Done()
	})
	for _, path := range []string{"/header", "/body"} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-started; cancel() }()
		if got, err := visit(ctx, v, base+path); got != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %+v, %v", path, got, err)
		}
	}
}

// closer counts how often it is closed.
type closer struct {
	io.Reader
	closed atomic.Int32
}

func (c *closer) Close() error { c.closed.Add(1); return nil }

func TestHand(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	base, v := site(t, page.VisitorOptions{}, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		_, _ = io.WriteString(w, "from the server")
	})
	final, _ := url.Parse(base + "/after")
	body := &closer{Reader: strings.NewReader("handed")}
	v.Hand(base+"/a", &http.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"text/html"}, "Content-Encoding": {"gzip"}}, Body: body,
		Request: &http.Request{URL: final},
	})
	for i, want := range []struct{ body, url string }{{"handed", "/after"}, {"from the server", "/a"}} {
		got, err := visit(t.Context(), v, base+"/a")
		if err != nil || string(got.Body) != want.body || got.URL != base+want.url || int(requests.Load()) != i {
			t.Errorf("%d: got %+v, %v after %d requests", i, got, err, requests.Load())
		}
	}
	if body.closed.Load() == 0 {
		t.Error("the body was not closed")
	}
}

func TestHandThatNobodyTakes(t *testing.T) {
	t.Parallel()
	v := page.NewVisitor(http.DefaultTransport, page.VisitorOptions{})
	replaced, left, cancelled := new(closer), new(closer), &closer{Reader: strings.NewReader("x")}
	v.Hand("http://h/", &http.Response{Body: replaced})
	v.Hand("http://h/", &http.Response{Body: left})
	v.Hand("http://h/c", &http.Response{StatusCode: 200, Body: cancelled})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := visit(ctx, v, "http://h/c"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]*closer{"replaced": replaced, "left": left, "cancelled": cancelled} {
		if c.closed.Load() == 0 {
			t.Errorf("the %s body was not closed", name)
		}
	}
}

func TestVisitFromManyGoroutines(t *testing.T) {
	t.Parallel()
	base, v := site(t, page.VisitorOptions{}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.Path)
	})
	var wg sync.WaitGroup
	for g := range 32 {
		wg.Go(func() {
			for i := range 20 {
				path := fmt.Sprintf("/%d/%d", g, i)
				if i%2 == 0 {
					v.Hand(base+path, &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(path))})
				}
				got, err := visit(t.Context(), v, base+path)
				if err != nil || string(got.Body) != path || got.URL != base+path {
					t.Errorf("%s: got %+v, %v", path, got, err)
				}
			}
		})
	}
	wg.Wait()
}

// A library must not take its settings from the environment of the program that it is in.
func TestVisitIgnoresCollysEnvironment(t *testing.T) {
	t.Setenv("COLLY_MAX_BODY_SIZE", "3")
	t.Setenv("COLLY_ALLOWED_DOMAINS", "nowhere.example")
	base, v := site(t, page.VisitorOptions{}, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") })
	if got, err := visit(t.Context(), v, base); err != nil || string(got.Body) != "<html>" {
		t.Errorf("got %+v, %v", got, err)
	}
}
