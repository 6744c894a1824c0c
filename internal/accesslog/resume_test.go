package accesslog_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

func combined(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "1.2.3.4 - - [17/May/2015:10:05:%02d +0000] \"GET /%d.ts HTTP/1.1\" 200 %d \"-\" \"Player %d\"\n", i%60, i, i, i)
	}
	return b.String()
}

func zipped(parts ...string) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, p)
		_ = w.Close()
	}
	return b.Bytes()
}

// onlyReader hides that what it reads could be sought in.
type onlyReader struct{ io.Reader }

// grow reads a log in its states one after the other, and returns the paths of all records.
func grow(t *testing.T, states [][]byte, wrap func([]byte) io.Reader) (paths []string, lines int) {
	t.Helper()
	var at accesslog.Place
	for i, state := range states {
		stats, next, err := accesslog.Reader{}.Continue(t.Context(), wrap(state), at, func(r *accesslog.Record) {
			paths = append(paths, string(r.Path))
		})
		if err != nil {
			t.Fatalf("state %d: %v", i, err)
		}
		at, lines = next, lines+stats.Lines
	}
	return paths, at.Line
}

// TestContinue reads logs that grow, in each of the ways that a log is stored.
func TestContinue(t *testing.T) {
	t.Parallel()
	long := combined(0, 9000) // beyond what is read again of a log's beginning
	w3c := "#Version: 1.0\n#Fields: cs-method cs-uri-stem sc-status\n"
	more := "#Fields: sc-status cs-uri-stem cs-method\n"
	cut := strings.Index(long, "Player 8000") + 3
	cutEarly := strings.Index(long, "/8500.ts")
	for _, c := range []struct {
		name   string
		states []string
	}{
		{"lines", []string{long[:len(combined(0, 1))], long[:len(combined(0, 30))], long, long}},
		{"nothing before", []string{"", "\n\n", "\n\n" + long}},
		{"cut where the line fits", []string{long[:cut], long[:cut+2], long}},
		{"cut where it does not", []string{long[:cutEarly], long[:cutEarly+3], long}},
		{"directives", []string{w3c + "GET /1 200\nGET /2 200\n", w3c + "GET /1 200\nGET /2 200\n" + strings.Repeat("GET /3 200\n", 40000),
			w3c + "GET /1 200\nGET /2 200\n" + strings.Repeat("GET /3 200\n", 40000) + more + "200 /4 GET\n",
			w3c + "GET /1 200\nGET /2 200\n" + strings.Repeat("GET /3 200\n", 40000) + more + "200 /4 GET\n200 /5 GET\n"}},
		{"table", []string{"url,requests\n/1,2\n", "url,requests\n/1,2\n/2,3\n"}},
		{"long line", []string{long + strings.Repeat("x", 9<<20), long + strings.Repeat("x", 10<<20) + "\n" + long}},
	} {
		for _, how := range []struct {
			name string
			wrap func([]byte) io.Reader
		}{
			{"plain", func(b []byte) io.Reader { return bytes.NewReader(b) }},
			{"stream", func(b []byte) io.Reader { return onlyReader{bytes.NewReader(b)} }},
			{"gzip", func(b []byte) io.Reader { return bytes.NewReader(zipped(string(b))) }},
			{"gzip stream", func(b []byte) io.Reader { return onlyReader{bytes.NewReader(zipped(string(b)))} }},
			{"cut gzip", func(b []byte) io.Reader {
				z := zipped(string(b))
				return bytes.NewReader(z[:len(z)-len(z)%10])
			}},
		} {
			t.Run(c.name+"/"+how.name, func(t *testing.T) {
				t.Parallel()
				var states [][]byte
				for _, s := range c.states {
					states = append(states, []byte(s))
				}
				got, lines := grow(t, states, how.wrap)
				want, all := grow(t, states[len(states)-1:], how.wrap)
				if !slices.Equal(got, want) || lines != all {
					t.Errorf("got %d records and %d lines, want %d and %d", len(got), lines, len(want), all)
				}
			})
		}
	}
}

// TestContinueStreams appends whole gzip streams, as loggers do, to a file whose first stream must not be decoded again: it
// is broken, where nothing looks at it.
func TestContinueStreams(t *testing.T) {
	t.Parallel()
	first := zipped(combined(0, 200_000))
	var paths []string
	emit := func(r *accesslog.Record) { paths = append(paths, string(r.Path)) }
	_, at, err := accesslog.Reader{}.Continue(t.Context(), bytes.NewReader(first), accesslog.Place{}, emit)
	if err != nil {
		t.Fatal(err)
	}
	clear(first[len(first)/2 : len(first)/2+10_000])
	for i := range 3 {
		paths = nil
		first = append(first, zipped(combined(i, i+1))...)
		if _, at, err = (accesslog.Reader{}).Continue(t.Context(), bytes.NewReader(first), at, emit); err != nil {
			t.Fatal(err)
		}
		if want := []string{fmt.Sprintf("/%d.ts", i)}; !slices.Equal(paths, want) || at.Line != 200_001+i {
			t.Errorf("got %.100q up to line %d, want %q", paths, at.Line, want)
		}
	}
}

// TestContinueCompressed goes on in the same log after it was compressed.
func TestContinueCompressed(t *testing.T) {
	t.Parallel()
	n := 0
	emit := func(*accesslog.Record) { n++ }
	_, at, err := accesslog.Reader{}.Continue(t.Context(), strings.NewReader(combined(0, 5000)), accesslog.Place{}, emit)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = accesslog.Reader{}.Continue(t.Context(), bytes.NewReader(zipped(combined(0, 5003))), at, emit)
	if err != nil || n != 5003 {
		t.Errorf("got %d records and %v, want 5003", n, err)
	}
}

func TestContinueChanged(t *testing.T) {
	t.Parallel()
	emit := func(*accesslog.Record) {}
	old := combined(0, 5000)
	_, at, err := accesslog.Reader{}.Continue(t.Context(), strings.NewReader(old), accesslog.Place{}, emit)
	if err != nil {
		t.Fatal(err)
	}
	if head := accesslog.Head(bytes.NewReader(zipped(old))); accesslog.Fingerprint(head) != at.Head || len(head) != at.HeadSize {
		t.Error("wrong about how the log begins")
	}
	for name, log := range map[string]string{
		"another":           combined(1, 5001),
		"shorter":           combined(0, 4000),
		"another end":       old[:len(old)-100] + combined(7, 9),
		"empty":             "",
		"shorter than head": old[:100],
	} {
		for _, r := range []io.Reader{strings.NewReader(log), onlyReader{strings.NewReader(log)}, bytes.NewReader(zipped(log))} {
			_, _, err := accesslog.Reader{}.Continue(t.Context(), r, at, func(*accesslog.Record) { t.Error("a record was emitted") })
			if !errors.Is(err, accesslog.ErrChanged) {
				t.Errorf("%s as %T: got %v, want ErrChanged", name, r, err)
			}
		}
	}
}

// TestContinueFile goes on in a file, of which only the end is read.
func TestContinueFile(t *testing.T) {
	t.Parallel()
	name := t.TempDir() + "/log"
	if err := os.WriteFile(name, []byte(combined(0, 100_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	var at accesslog.Place
	for i, want := range []int{100_000, 1, 0} {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND, 0)
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			_, _ = io.WriteString(f, combined(0, 1))
			_, _ = f.Seek(0, io.SeekStart)
		}
		var stats accesslog.Stats
		stats, at, err = accesslog.Reader{}.Continue(t.Context(), f, at, func(*accesslog.Record) {})
		if err != nil || stats.Lines != want {
			t.Errorf("got %d lines and %v, want %d", stats.Lines, err, want)
		}
		_ = f.Close()
	}
}
