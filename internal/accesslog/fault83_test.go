package accesslog_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

const good = `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA"` + "\n"

// odd are lines that real logs hold between good ones. A line that tells of no request is none the worse for it.
var odd = []struct {
	name string
	line string
	bad  bool
	want string
}{
	{"no request", `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "-" 408 - "-" "-"`, false, "  408 @1431857103 1.2.3.4"},
	{"empty request", `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "" 400 0 "-" "-"`, false, "  400 @1431857103 1.2.3.4"},
	{"TLS hello", `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "\x16\x03\x01\x00\xEE \x01" 400 150 "-" "-"`, false,
		`\x16\x03\x01\x00\xEE  400 150 @1431857103 1.2.3.4`},
	{"raw bytes", "1.2.3.4 - - [17/May/2015:10:05:03 +0000] \"\x16\x03\x01\x00\xee\" 400 150 \"-\" \"-\"", false, "  400 150 @1431857103 1.2.3.4"},
	{"method of a joker", `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "<script>alert(1)</script> /x HTTP/1.1" 405 1 "-" "-"`, false,
		"<script>alert(1)</script> /x 405 1 @1431857103 1.2.3.4"},
	{"IPv6", `::ffff:1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA"`, false, "GET /a 200 5 @1431857103 ::ffff:1.2.3.4 agent=UA"},
	{"status 000", `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 000 0 "-" "UA"`, false, "GET /a 0 @1431857103 1.2.3.4 agent=UA"},
	{"HTTP 0.9", `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a" 200 5 "-" "UA"`, false, "GET /a 200 5 @1431857103 1.2.3.4 agent=UA"},
	{"another zone", `1.2.3.4 - - [17/May/2015:12:05:03 -0530] "GET /a HTTP/1.1" 200 5 "-" "UA"`, false, "GET /a 200 5 @1431884103 1.2.3.4 agent=UA"},
	{"a zone that is none", `1.2.3.4 - - [17/May/2015:12:05:03 +9900] "GET /a HTTP/1.1" 200 5 "-" "UA"`, true, ""},
	{"a date that is none", `1.2.3.4 - - [57/Foo/2015:12:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA"`, true, ""},
	{"the future", `1.2.3.4 - - [17/May/2999:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA"`, false, "GET /a 200 5 @32483930703 1.2.3.4 agent=UA"},
	{"another format", `{"status":200,"request_uri":"/a"}`, true, ""},
	{"error log", `2015/05/17 10:05:03 [error] 1#1: *1 open() "/a" failed (2: No such file or directory)`, true, ""},
	{"half", `1.2.3.4 - - [17/May/2015:10:0`, true, ""},
	{"zeros", strings.Repeat("\x00", 5000) + strings.TrimSpace(good), false, "GET /a 200 5 @1431857103 1.2.3.4 agent=UA"},
	{"10 MB", strings.Repeat("x", 10<<20), true, ""},
	{"10 MB of a path", `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /` + strings.Repeat("a", 10<<20) + ` HTTP/1.1" 200 5`, true, ""},
	{"status of four digits", `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 2000 5`, true, ""},
}

func TestFault83OddLines(t *testing.T) {
	t.Parallel()
	for _, o := range odd {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			got, stats, err := read(t, "", strings.Repeat(good, 5)+o.line+"\n"+good)
			if err != nil {
				t.Fatal(err)
			}
			if stats.Lines != 7 {
				t.Errorf("got %d lines, want 7", stats.Lines)
			}
			if o.bad {
				if stats.Bad != 1 || len(got) != 6 || len(stats.Warnings) != 1 || stats.Warnings[0].Line != 6 {
					t.Errorf("got %d bad, %d records, warnings %v; want the 6th line bad", stats.Bad, len(got), stats.Warnings)
				}
				return
			}
			if stats.Bad != 0 || len(got) != 7 || got[5] != o.want {
				t.Errorf("got %d bad and %q, want %q", stats.Bad, got, o.want)
			}
		})
	}
}

func TestFault83HalfLastLine(t *testing.T) {
	t.Parallel()
	got, stats, err := read(t, "", good+good[:30])
	if err != nil || len(got) != 1 || stats.Bad != 1 || len(stats.Warnings) != 1 {
		t.Errorf("got %d records, %d bad, %v, %v; want 1, 1 and a warning", len(got), stats.Bad, stats.Warnings, err)
	}
}

func TestFault83WrongFormat(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		format, log string
		line        int
		text        string
	}{
		"status page":        {"", "{\"active\": 291,\n \"accepts\": 16630948}\n", 1, `"{\"active\": 291,"`},
		"status on one line": {"", "\n{\"status\": 200, \"active\": 3}\n", 2, `"{\"status\": 200, \"active\": 3}"`},
		"binary":             {"", "\x7fELF\x02\x01\x01\x00\n\x00\x01", 1, `"\x7fELF`},
		"a page":             {"", "<html>\n<body>\n", 1, `"<html>"`},
		"told wrongly":       {"edgeone", good, 1, `"1.2.3.4`},
		"one line too long":  {"", strings.Repeat("x", 10<<20), 1, `"xxx`},
		"UTF-16":             {"", "\xff\xfe1\x00.\x002\x00\n\x00", 1, `"\xff\xfe1\x00`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(t, c.format, c.log)
			var e *accesslog.Error
			if !errors.As(err, &e) || !errors.Is(err, accesslog.ErrFormat) {
				t.Fatalf("got %v, want an *Error of ErrFormat", err)
			}
			if e.Line != c.line || !strings.HasPrefix(e.Text, c.text) || len(err.Error()) > 1000 {
				t.Errorf("got line %d %.200s, want %d %s", e.Line, e.Text, c.line, c.text)
			}
		})
	}
}

// TestFault83MoreThanAFifthBad has the bad lines after those that the format is found from.
func TestFault83MoreThanAFifthBad(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bad  int
		want bool
	}{"a fifth": {250, false}, "more": {252, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := strings.Repeat(good, 1000) + strings.Repeat("nonsense\n", c.bad)
			_, stats, err := read(t, "", log)
			if got := errors.Is(err, accesslog.ErrFormat); got != c.want {
				t.Fatalf("got %v", err)
			}
			if c.want && !strings.Contains(err.Error(), `wrong format? first bad line 1001: "nonsense"`) {
				t.Errorf("got %v", err)
			}
			if stats.Records != 1000 {
				t.Errorf("got %d records, want 1000", stats.Records)
			}
		})
	}
}

func TestFault83StopsEarly(t *testing.T) {
	t.Parallel()
	log := strings.Repeat(good, 700) + strings.Repeat("nonsense\n", 500_000)
	_, stats, err := read(t, "", log)
	if !errors.Is(err, accesslog.ErrFormat) || stats.Lines > 1001 {
		t.Errorf("got %v after %d lines, want it after a thousand", err, stats.Lines)
	}
}

func gzipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text) // a buffer takes all
	_ = z.Close()
	return b.Bytes()
}

func TestFault83RotatedGzip(t *testing.T) {
	t.Parallel()
	member := string(gzipped(strings.Repeat(good, 100)))
	whole := member + member
	got, stats, err := read(t, "", whole)
	if err != nil || len(got) != 200 || len(stats.Warnings) != 0 {
		t.Errorf("two members: got %d records, %v, %v; want 200", len(got), stats.Warnings, err)
	}
	got, stats, err = read(t, "", whole[:len(whole)-9])
	if err != nil || len(got) < 100 || len(stats.Warnings) == 0 {
		t.Errorf("cut off: got %d records, %v, %v; want at least 100 and a warning", len(got), stats.Warnings, err)
	}
	got, stats, err = read(t, "", whole+"garbage")
	if err != nil || len(got) != 200 || len(stats.Warnings) != 1 {
		t.Errorf("garbage behind: got %d records, %v, %v; want 200 and a warning", len(got), stats.Warnings, err)
	}
}

// TestFault83Bomb decodes to far more than the log may have.
func TestFault83Bomb(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for range 64 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	_, err := accesslog.Reader{MaxBytes: 16 << 20}.Read(t.Context(), &b, func(*accesslog.Record) {})
	if err == nil || !strings.Contains(err.Error(), "16 MiB") {
		t.Errorf("got %v, want the limit", err)
	}
}

func TestFault83LongLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3_000_000)
	log := strings.Repeat(good, 100) + long + "\n" + long + "\n" + good + long
	var n int
	stats, err := accesslog.Reader{MaxLine: 2000}.Read(t.Context(), iotest.HalfReader(strings.NewReader(log)), func(*accesslog.Record) { n++ })
	if err != nil || n != 101 || stats.Bad != 3 || stats.Lines != 104 {
		t.Errorf("got %d records, %d of %d lines bad, %v; want 101, 3 of 104", n, stats.Bad, stats.Lines, err)
	}
	for i, line := range []int{101, 102, 104} {
		if stats.Warnings[i].Line != line {
			t.Errorf("got warning %d at line %d, want %d", i, stats.Warnings[i].Line, line)
		}
	}
}

func TestFault83ManyWarningsAreSampled(t *testing.T) {
	t.Parallel()
	_, stats, err := read(t, "", strings.Repeat(strings.Repeat(good, 9)+"\x00\xffnonsense\n", 10_000))
	if err != nil || stats.Bad != 10_000 || len(stats.Warnings) > 101 {
		t.Errorf("got %d bad, %d warnings, %v; want 10000 and a hundred", stats.Bad, len(stats.Warnings), err)
	}
}

func TestFault83Deep(t *testing.T) {
	t.Parallel()
	deep := `{"request_uri":"/a","status":200,"headers":` + strings.Repeat(`{"headers":`, 100_000) + "1" + strings.Repeat("}", 100_001) + "\n"
	got, stats, err := read(t, "json", deep+strings.Repeat(`{"status":[`, 100_000)+"\n"+strings.Repeat(`{"request_uri":"/a","status":200}`+"\n", 10))
	if err != nil || len(got) != 11 || stats.Bad != 1 {
		t.Errorf("got %d records, %d bad, %v; want 11, 1", len(got), stats.Bad, err)
	}
}

func TestBlockSizesDoNotMatter(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		log.WriteString(strings.Replace(good, "/a", "/"+strings.Repeat("a", r.IntN(400)), 1))
	}
	whole, _, err := read(t, "", log.String())
	if err != nil || len(whole) != 20_000 {
		t.Fatalf("got %d records, %v", len(whole), err)
	}
	var got []string
	_, err = accesslog.Reader{}.Read(t.Context(), iotest.OneByteReader(strings.NewReader(log.String())), func(r *accesslog.Record) {
		got = append(got, show(r))
	})
	if err != nil || strings.Join(got, "\n") != strings.Join(whole, "\n") {
		t.Errorf("byte by byte: other records, %v", err)
	}
}

func TestErrorsOfTheReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	_, err := accesslog.Reader{}.Read(t.Context(), io.MultiReader(strings.NewReader(good), iotest.ErrReader(broken)), func(*accesslog.Record) {})
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = accesslog.Reader{}.Read(ctx, strings.NewReader(strings.Repeat(good, 100_000)), func(*accesslog.Record) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it to be cancelled", err)
	}
}

func TestFormatErrors(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"combiend", "$status", "$host$status $request", "%h %>s", "csv:a,b", `{"a":"$status"}`, "{", "%", "$"} {
		f, err := accesslog.ParseFormat(s)
		var e *accesslog.Error
		if !errors.As(err, &e) {
			t.Errorf("ParseFormat(%q): got %v, %v, want an *Error", s, f, err)
		}
	}
}
