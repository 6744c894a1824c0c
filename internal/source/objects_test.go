package source_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/edgewarm/edgewarm/internal/download"
	"github.com/edgewarm/edgewarm/internal/source"
)

// newS3 is a whole S3 server with one bucket, logs.
func newS3(t *testing.T, objects map[string]string) *httptest.Server {
	t.Helper()
	backend := s3mem.New()
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	if err := backend.CreateBucket("logs"); err != nil {
		t.Fatal(err)
	}
	for key, body := range objects {
		if _, err := backend.PutObject("logs", key, map[string]string{}, strings.NewReader(body), int64(len(body)), nil); err != nil {
			t.Fatal(err)
		}
	}
	return server
}

func TestObjects(t *testing.T) {
	t.Parallel()
	s3 := newS3(t, map[string]string{"edge/": "", "edge/1.log": "one\n", "edge/2.log": "two\n", "edge/old/3.log": "three\n", "other/4.log": "four\n"})
	for _, c := range []struct {
		prefix string
		want   []string
	}{
		{"edge/", []string{"s3://logs/edge/1.log", "s3://logs/edge/2.log", "s3://logs/edge/old/3.log"}},
		{"edge/*.log", []string{"s3://logs/edge/1.log", "s3://logs/edge/2.log"}},
		{"*/*.log", []string{"s3://logs/edge/1.log", "s3://logs/edge/2.log", "s3://logs/other/4.log"}},
		{"nothing/", nil},
	} {
		t.Run(c.prefix, func(t *testing.T) {
			t.Parallel()
			b := source.Bucket{URL: "s3://logs/" + c.prefix + "?region=eu-west-1&anonymous=true&endpoint=" + s3.URL}
			objects, done, err := b.Objects(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer done()
			var got []string
			for _, o := range objects {
				got = append(got, o.Name)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestObjectIsReadFromWhereItIsAsked wants no more than the end of an object sent when only that is sought.
func TestObjectIsReadFromWhereItIsAsked(t *testing.T) {
	t.Parallel()
	s3 := newS3(t, map[string]string{"big": strings.Repeat("x", 5<<20) + "end"})
	b := source.Bucket{URL: "s3://logs/big?region=eu-west-1&anonymous=true&endpoint=" + s3.URL}
	objects, done, err := b.Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	if len(objects) != 1 || objects[0].Size != 5<<20+3 || objects[0].Modified.IsZero() {
		t.Fatalf("got %+v", objects)
	}
	r, err := objects[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.(io.Seeker).Seek(5<<20, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); string(text) != "end" || err != nil {
		t.Errorf("got %.20q, %v, want the end", text, err)
	}
}

// An object that stands still, or breaks off, is an error that says so: neither holds the run nor passes for its end.
func TestObjectThatDoesNotCome(t *testing.T) {
	t.Parallel()
	s3 := newS3(t, map[string]string{"big": strings.Repeat("x", 5<<20)})
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	half := func(after func(*http.Request)) string {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/big") {
				w.Header().Set("Content-Length", "5242880")
				_, _ = w.Write(make([]byte, 1<<20))
				w.(http.Flusher).Flush()
				after(r)
				panic(http.ErrAbortHandler)
			}
			s3.Config.Handler.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	for _, c := range []struct {
		name     string
		stall    time.Duration
		endpoint string
		want     string
	}{
		{"stands still", 2 * time.Second, half(func(r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-release:
			}
		}), "nothing came for 2s"},
		{"breaks off", 0, half(func(*http.Request) {}), "the connection broke off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := source.Bucket{URL: "s3://logs/big?region=eu-west-1&anonymous=true&endpoint=" + c.endpoint, Stall: c.stall}
			objects, done, err := b.Objects(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer done()
			r, err := objects[0].Open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			text, err := io.ReadAll(r)
			if _, ok := errors.AsType[*download.Error](err); !ok || err.Error() != c.want || len(text) != 1<<20 {
				t.Errorf("got %d bytes, %v", len(text), err)
			}
		})
	}
}

func TestObjectsRefused(t *testing.T) {
	t.Parallel()
	s3 := newS3(t, nil)
	const gone = "http://127.0.0.1:1" // where nobody listens
	const rest = "?region=eu-west-1&anonymous=true&endpoint="
	for _, url := range []string{"s3://missing/" + rest + s3.URL, "s3://logs/" + rest + gone, "s3://logs/[" + rest + s3.URL} {
		_, _, err := source.Bucket{URL: url}.Objects(t.Context())
		if _, ok := errors.AsType[*source.Error](err); !ok {
			t.Errorf("%s: got %v, want an *Error", url, err)
		}
	}
}
