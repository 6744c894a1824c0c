package source_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/source"
)

// store answers ListObjectsV2 of one bucket, in pages, and whoever asks.
type store struct {
	*httptest.Server
	bucket string
	keys   []string
	page   int // keys of a page at most; 0: as many as are asked for
	asked  atomic.Int64
	// paths are whether the bucket was in the path of a request.
	inPath atomic.Bool
}

func newStore(t *testing.T, keys ...string) *store {
	t.Helper()
	slices.Sort(keys)
	s := &store{bucket: "videos", keys: keys}
	s.Server = httptest.NewServer(http.HandlerFunc(s.list))
	t.Cleanup(s.Close)
	return s
}

func (s *store) list(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	q := r.URL.Query()
	if strings.Trim(r.URL.Path, "/") != s.bucket || q.Get("list-type") != "2" {
		refuse(w, http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
		return
	}
	s.inPath.Store(true)
	start, _ := strconv.Atoi(q.Get("continuation-token")) // the first page has none
	size, err := strconv.Atoi(q.Get("max-keys"))
	if err != nil {
		size = 1000
	}
	if s.page > 0 {
		size = min(size, s.page)
	}
	var fits []string
	for _, key := range s.keys {
		if strings.HasPrefix(key, q.Get("prefix")) {
			fits = append(fits, key)
		}
	}
	end := min(start+size, len(fits))
	fmt.Fprintf(w, "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>%s</Name><IsTruncated>%t</IsTruncated>", s.bucket, end < len(fits))
	if end < len(fits) {
		fmt.Fprintf(w, "<NextContinuationToken>%d</NextContinuationToken>", end)
	}
	for _, key := range fits[start:end] {
		var name bytes.Buffer
		_ = xml.EscapeText(&name, []byte(key)) // never fails
		fmt.Fprintf(w, "<Contents><Key>%s</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>\"00\"</ETag><Size>1</Size></Contents>", &name)
	}
	fmt.Fprint(w, "</ListBucketResult>")
}

func refuse(w http.ResponseWriter, status int, code, text string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, text)
}

// source is the bucket below a prefix, mapped to https://cdn.example.com/.
func (s *store) source(prefix string) source.Bucket { return bucketAt(s.URL, prefix) }

func bucketAt(endpoint, prefix string) source.Bucket {
	return source.Bucket{
		URL:     "s3://videos/" + prefix + "?region=eu-west-1&anonymous=true&endpoint=" + endpoint,
		Rewrite: []source.Rewrite{{From: "s3://videos/", To: "https://cdn.example.com/"}},
	}
}

func TestBucket(t *testing.T) {
	t.Parallel()
	s := newStore(t, "a/1.ts", "a/2.ts", "a/", "b.html", "c d/ü.mp4", "e+f?g#h%i.js", "j//k.css", `l\m.png`, "n&<o>.txt", "p/../q.ts", "./r.ts", "~s'(t),u;v=1:w@x!$*.ts")
	s.page = 3
	got, result, err := read(t, s.source(""))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"https://cdn.example.com/a/1.ts",
		"https://cdn.example.com/a/2.ts",
		"https://cdn.example.com/b.html",
		"https://cdn.example.com/c%20d/%C3%BC.mp4",
		"https://cdn.example.com/e%2Bf%3Fg%23h%25i.js",
		"https://cdn.example.com/j//k.css",
		"https://cdn.example.com/l%5Cm.png",
		"https://cdn.example.com/n&%3Co%3E.txt",
		"https://cdn.example.com/~s'(t),u;v=1:w@x!$*.ts",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	warn := []string{
		`0: left out: "s3://videos/./r.ts": a URL cannot have . or .. between slashes`,
		`0: left out: "s3://videos/p/../q.ts": a URL cannot have . or .. between slashes`,
	}
	if d := cmp.Diff(warn, warned(result)); d != "" {
		t.Errorf("warnings: want -, got +:\n%s", d)
	}
	if !s.inPath.Load() {
		t.Error("the bucket was not asked for in the path")
	}
}

func TestBucketPrefixRewriteAndKeep(t *testing.T) {
	t.Parallel()
	s := newStore(t, "new/1.m3u8", "new/1.tmp", "new/hd/1.ts", "old/1.ts")
	b := s.source("new/")
	b.Rewrite = []source.Rewrite{{From: "s3://videos/new/hd/", To: "https://hd.example.com/x/"}, {From: "s3://videos/new/1.m", To: "https://cdn.example.com/1.m"}, {From: "s3://videos/new/1.t", To: "https://cdn.example.com/1.t"}}
	b.Keep = func(url string) bool { return !strings.HasSuffix(url, ".tmp") }
	got, result, err := read(t, b)
	if want := []string{"https://cdn.example.com/1.m3u8", "https://hd.example.com/x/1.ts"}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if result.LeftOut != 1 || result.URLs != 2 {
		t.Errorf("got %+v", result)
	}
	b.Rewrite = b.Rewrite[:1]
	if _, result, err := read(t, b); err != nil || result.Bad != 2 {
		t.Errorf("got %q, %v, want two keys that are not mapped", warned(result), err)
	}
	b.Rewrite = []source.Rewrite{{From: "s3://other/", To: "https://cdn.example.com/"}}
	if _, _, err := read(t, b); !errors.Is(err, source.ErrUnmapped) {
		t.Errorf("got %v, want ErrUnmapped", err)
	}
}

func TestBucketOfManyPages(t *testing.T) {
	t.Parallel()
	keys := make([]string, 5000)
	for i := range keys {
		keys[i] = fmt.Sprintf("v/%04d.ts", i)
	}
	s := newStore(t, keys...)
	n := 0
	if _, err := s.source("v/").Read(t.Context(), func(source.Entry) bool { n++; return true }); err != nil || n != len(keys) || s.asked.Load() != 5 {
		t.Errorf("got %d keys in %d pages, %v", n, s.asked.Load(), err)
	}
	n = 0
	if _, err := s.source("v/").Read(t.Context(), func(source.Entry) bool { n++; return n < 1500 }); err != nil || n != 1500 || s.asked.Load() != 7 {
		t.Errorf("stopped: got %d keys, %d pages in all, %v", n, s.asked.Load(), err)
	}
}

func TestBucketErrors(t *testing.T) {
	t.Parallel()
	denied := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, "AccessDenied", "Access Denied\x1b[31m")
	}))
	t.Cleanup(denied.Close)
	garbage := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>")
	}))
	t.Cleanup(garbage.Close)
	s := newStore(t, "a")
	s.bucket = "others"
	for _, c := range []struct {
		name string
		b    source.Bucket
		want string
		hint string
	}{
		{"no such bucket", s.source(""), "NoSuchBucket: The specified bucket does not exist", "check the bucket's name"},
		{"nobody there", bucketAt("http://127.0.0.1:1", ""), "true&endpoint=http://127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused", "look whether"},
		{"objects without parts", bucketAt(garbage.URL, ""), "the answer is not a listing", ""},
		{"unknown parameter", bucketAt(s.URL+"&colour=red", ""), `unknown query parameter "colour"`, "check the endpoint"},
		{"not s3", source.Bucket{URL: "gs://videos/"}, "not of the form s3://bucket/prefix?region=…", ""},
		{"credentials", source.Bucket{URL: "s3://AKID:canary@videos/"}, "credentials do not belong into the URL", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(t, c.b)
			failed, ok := errors.AsType[*source.Error](err)
			if !ok || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(failed.Hint, c.hint) {
				t.Errorf("got  %v (%v)\nwant %s (%s)", err, failed, c.want, c.hint)
			}
			if strings.Contains(fmt.Sprint(err), "canary") {
				t.Errorf("%v tells a secret", err)
			}
		})
	}
	_, _, err := read(t, bucketAt(denied.URL, ""))
	if failed, ok := errors.AsType[*source.Error](err); !ok || !strings.Contains(failed.Hint, "must be allowed to list the bucket") {
		t.Errorf("got %v", err)
	}
}
