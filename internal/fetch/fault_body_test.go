package fetch_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/inflate"
)

func TestFault05ShortBody(t *testing.T) {
	t.Parallel()
	packed := gz(strings.Repeat("<url/>", 1000))
	for _, c := range []struct{ name, response, want, err string }{
		{"length", "Content-Length: 20\r\n\r\n0123456789", "0123456789", "short by 10 bytes"},
		{"nothing of it", "Content-Length: 20\r\n\r\n", "", "short by 20 bytes"},
		{"chunk", "Transfer-Encoding: chunked\r\n\r\n14\r\n0123456789", "0123456789", "ends early after 10 bytes"},
		{"no last chunk", "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n", "0123456789", "ends early after 10 bytes"},
		{"gzip", fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(packed), packed[:len(packed)-9]),
			strings.Repeat("<url/>", 1000), "short by 9 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			url := serveRaw(t, func(_ int, conn net.Conn) {
				request(conn)
				write(conn, "HTTP/1.1 200 OK\r\n"+c.response)
			})
			got, err := read(t, open(t, &fetch.Client{}), url)
			if c.name == "gzip" {
				// Its last bytes need what is missing.
				c.want = c.want[:len(got)]
			}
			if got != c.want || got == "" && c.want != "" {
				t.Errorf("got %q, want what came: %q", got, c.want)
			}
			wantText(t, err, c.err)
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("got %v, want io.ErrUnexpectedEOF within", err)
			}
		})
	}
}

func TestFault05ResetInBody(t *testing.T) {
	t.Parallel()
	url := serveRaw(t, func(_ int, conn net.Conn) {
		request(conn)
		write(conn, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789")
		_ = conn.(*net.TCPConn).SetLinger(0)
	})
	_, err := read(t, open(t, &fetch.Client{}), url)
	if _, ok := errors.AsType[*fetch.ShortError](err); !ok {
		t.Errorf("got %v, want a ShortError", err)
	}
}

func TestFault06LongBody(t *testing.T) {
	t.Parallel()
	const forged = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
	closed := make(chan bool)
	url := serveRaw(t, func(_ int, conn net.Conn) {
		request(conn)
		write(conn, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright"+forged)
		closed <- !request(conn)
	})
	c := open(t, &fetch.Client{})
	for range 2 {
		if got, err := read(t, c, url); got != "right" || err != nil {
			t.Errorf("got %q and %v, want what the length says", got, err)
		}
		if !<-closed {
			t.Error("got another request on the connection, want it closed")
		}
	}
}

func TestFault06Chunks(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]string{
		"garbage":         "Transfer-Encoding: chunked\r\n\r\n5\r\nright\r\nzz\r\n",
		"huge chunk":      "Transfer-Encoding: chunked\r\n\r\n5\r\nright\r\nffffffffffffffffff\r\n",
		"two lengths":     "Content-Length: 5\r\nContent-Length: 6\r\n\r\nright",
		"unknown":         "Transfer-Encoding: smuggled\r\n\r\nright",
		"negative length": "Content-Length: -5\r\n\r\nright",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := serveRaw(t, func(_ int, conn net.Conn) {
				request(conn)
				write(conn, "HTTP/1.1 200 OK\r\n"+response)
			})
			if got, err := read(t, open(t, &fetch.Client{Retries: -1}), url); err == nil {
				t.Errorf("got %q, want an error", got)
			}
		})
	}
}

func TestFault07EndlessBody(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"", "gzip"} {
		var sent atomic.Int64
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			block := strings.Repeat("x", 64<<10)
			if coding != "" {
				w.Header().Set("Content-Encoding", coding)
				block = strings.Repeat(gz(""), 2000) // endless, and decodes to nothing
			}
			for range 2000 {
				n, err := io.WriteString(w, block)
				sent.Add(int64(n))
				if err != nil {
					return
				}
			}
		})
		got, err := read(t, open(t, &fetch.Client{MaxBody: 1 << 20}), url)
		wantText(t, err, "larger than 1 MiB")
		if coding == "" && len(got) != 1<<20 {
			t.Errorf("got %d bytes, want all up to the limit", len(got))
		}
		if n := sent.Load(); n > 32<<20 {
			t.Errorf("got %d bytes read, want an end near the limit", n)
		}
	}
}

// It is not parallel, so that the memory it looks at is its own.
func TestFault08GzipBomb(t *testing.T) {
	bombs := map[string]string{"zeros": gz(strings.Repeat("\x00", 32<<20))}
	bombs["twice"] = gz(bombs["zeros"])
	if root := os.Getenv("EDGEWARM_CORPORA"); root != "" {
		b, err := os.ReadFile(filepath.Join(root, "html", "compressed", "bomb-gzip.bin"))
		if err != nil {
			t.Fatal(err)
		}
		bombs["corpus"] = string(b)
	}
	for name, bomb := range bombs {
		t.Run(name, func(t *testing.T) {
			coding := "gzip"
			if name == "twice" {
				coding = "gzip, gzip"
			}
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", coding)
				_, _ = io.WriteString(w, bomb)
			})
			c := open(t, &fetch.Client{MaxBody: 1 << 20})
			resp, err := c.Get(t.Context(), url, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			n, err := io.Copy(io.Discard, resp.Body)
			runtime.ReadMemStats(&after)
			if e, ok := errors.AsType[*fetch.LimitError](err); !ok || e.Max != 1<<20 {
				t.Errorf("got %v, want a LimitError of 1 MiB", err)
			}
			if n > 1<<20 {
				t.Errorf("got %d bytes, want at most 1 MiB", n)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
				t.Errorf("got %d bytes allocated, want it flat", grown)
			}
		})
	}
}

func TestFault09Brotli(t *testing.T) {
	t.Parallel()
	var accepted atomic.Value
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		accepted.Store(r.Header.Get("Accept-Encoding"))
		w.Header().Set("Content-Encoding", "br")
		_, _ = io.WriteString(w, "\xcf\xff\xff\x7f\xf8\x27\x00\xe2\xb1\xc4\x20\xfe")
	})
	c := open(t, &fetch.Client{})
	resp, err := c.Get(t.Context(), url, http.Header{"Accept-Encoding": {"br"}})
	if err == nil {
		_ = resp.Body.Close()
	}
	wantText(t, err, `unsupported encoding "br"`)
	if got := accepted.Load(); got != "gzip, deflate" {
		t.Errorf("got Accept-Encoding %q, want gzip and deflate only", got)
	}
}

func TestFault10Encodings(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		for _, coding := range r.URL.Query()["e"] {
			w.Header().Add("Content-Encoding", coding)
		}
		_, _ = io.WriteString(w, gz(gz("text")))
	})
	c := open(t, &fetch.Client{})
	for query, want := range map[string]string{
		"e=zstd":                   `unsupported encoding "zstd"`,
		"e=snappy":                 `unsupported encoding "snappy"`,
		"e=gzip,+deflate,+gzip":    `unsupported encoding "gzip, deflate, gzip"`,
		"e=gzip&e=gzip&e=identity": "",
		"e=gzip,gzip":              "",
	} {
		asked.Store(0)
		got, err := read(t, c, url+"/?"+query)
		if want == "" && (got != "text" || err != nil) {
			t.Errorf("%s: got %q and %v, want it decoded", query, got, err)
		}
		if want != "" {
			wantText(t, err, want)
			if e, ok := errors.AsType[*inflate.EncodingError](err); !ok {
				t.Errorf("%s: got %v, want an EncodingError: %v", query, err, e)
			}
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("%s: got %d requests, want 1: it will not be different", query, n)
		}
	}
}

func TestFault11Deflate(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"raw":  "\x4b\x2c\x4e\x01\x00",
		"zlib": "\x78\x9c\x4b\x2c\x4e\x01\x00\x02\x70\x01\x39",
	} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "deflate")
			_, _ = io.WriteString(w, body)
		})
		c := open(t, &fetch.Client{})
		for range 2 {
			if got, err := read(t, c, url); got != "asd" || err != nil {
				t.Errorf("%s: got %q and %v, want asd", name, got, err)
			}
		}
	}
}

func TestFault12TruncatedGzip(t *testing.T) {
	t.Parallel()
	lines := strings.Repeat("https://example.com/video\n", 2000)
	packed := gz(lines)
	bodies := map[string]struct{ body, err string }{
		"cut":    {packed[:len(packed)-8], "ends early"},
		"crc":    {packed[:len(packed)-8] + "\x00\x00\x00\x00" + packed[len(packed)-4:], "invalid checksum"},
		"header": {packed[:5], "unexpected EOF"},
	}
	for name, c := range bodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = io.WriteString(w, c.body)
			})
			got, err := read(t, open(t, &fetch.Client{}), url)
			wantText(t, err, c.err)
			if name != "header" && got != lines {
				t.Errorf("got %d bytes, want all %d that decode", len(got), len(lines))
			}
		})
	}
}

func TestFault12CorpusTruncated(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EDGEWARM_CORPORA")
	if root == "" {
		t.Skip("EDGEWARM_CORPORA is not set")
	}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		http.ServeFile(w, r, filepath.Join(root, "html", "compressed", "truncated-crc-error.gz"))
	})
	got, err := read(t, open(t, &fetch.Client{}), url)
	wantText(t, err, "ends early")
	if len(got) < 10_000 {
		t.Errorf("got %d bytes, want what decodes", len(got))
	}
}

func TestFault13EmptyMembers(t *testing.T) {
	t.Parallel()
	members := strings.Repeat(gz(""), 100_000) + gz("end")
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, members)
	})
	if got, err := read(t, open(t, &fetch.Client{}), url); got != "end" || err != nil {
		t.Errorf("got %q and %v, want the last member", got, err)
	}
}

func TestFault14BytesNotNames(t *testing.T) {
	t.Parallel()
	w := &warnings{}
	c := open(t, &fetch.Client{Warn: w.add})
	for _, f := range []struct{ name, coding, contentType, body, want string }{
		{"/decoded.xml.gz", "gzip", "application/gzip", "<urlset/>", "<urlset/>"},
		{"/plain.xml.gz", "", "application/gzip", "<urlset/>", "<urlset/>"},
		{"/packed.xml", "", "text/xml", gz("<urlset/>"), "<urlset/>"},
		{"/packed.xml.gz", "", "text/html", gz("<urlset/>"), "<urlset/>"},
		{"/both.xml.gz", "gzip", "text/html", gz(gz("<urlset/>")), "<urlset/>"},
	} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", f.contentType)
			if f.coding != "" {
				w.Header().Set("Content-Encoding", f.coding)
			}
			_, _ = io.WriteString(w, f.body)
		})
		body, err := read(t, c, url+f.name)
		if err != nil {
			t.Errorf("%s: got %v, want none", f.name, err)
			continue
		}
		z, err := inflate.NewReader(strings.NewReader(body), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); string(got) != f.want || err != nil {
			t.Errorf("%s: got %q and %v, want %q", f.name, got, err, f.want)
		}
		_ = z.Close()
	}
	if !strings.Contains(w.String(), "says that it is gzip and is not") {
		t.Errorf("got warnings %q, want one of the wrong header", w)
	}
}

func TestFault14TrailingBytes(t *testing.T) {
	t.Parallel()
	w := &warnings{}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, gz("page")+"\r\n")
	})
	if got, err := read(t, open(t, &fetch.Client{Warn: w.add}), url); got != "page" || err != nil {
		t.Errorf("got %q and %v, want the page, as a browser does", got, err)
	}
	if !strings.Contains(w.String(), "unknown bytes after the end") {
		t.Errorf("got warnings %q, want one of what is left out", w)
	}
}

func TestFault21EmptyBody(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
		}
	})
	c := open(t, &fetch.Client{})
	resp, err := c.Get(t.Context(), url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); len(b) > 0 || err != nil || resp.Status != 200 {
		t.Errorf("got %d, %q and %v, want an empty 200", resp.Status, b, err)
	}
	_, err = read(t, c, url+"/gone")
	if e, ok := errors.AsType[*fetch.Error](err); !ok || e.Status != 404 || e.Err != nil {
		t.Errorf("got %v, want an Error of status 404", err)
	}
	wantText(t, err, "404 Not Found")
}

func TestFault22Unasked(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status)
		if status == http.StatusPartialContent {
			w.Header().Set("Content-Range", "bytes 0-3/100")
		}
		w.WriteHeader(status)
		if status == http.StatusPartialContent {
			_, _ = io.WriteString(w, "part")
		}
	})
	c := open(t, &fetch.Client{})
	for _, status := range []int{204, 205, 206, 304, 300, 418, 599} {
		_, err := read(t, c, fmt.Sprintf("%s/%d", url, status))
		if e, ok := errors.AsType[*fetch.Error](err); !ok || e.Status != status {
			t.Errorf("got %v, want an Error of status %d", err, status)
		}
	}
	for status, h := range map[int]http.Header{
		206: {"Range": {"bytes=0-3"}},
		304: {"If-None-Match": {`"v1"`}},
	} {
		resp, err := c.Get(t.Context(), fmt.Sprintf("%s/%d", url, status), h)
		if err != nil || resp.Status != status {
			t.Fatalf("got %v, want the %d that was asked for", err, status)
		}
		_ = resp.Body.Close()
	}
}
