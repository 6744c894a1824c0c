package robots_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/edgewarm/edgewarm/internal/robots"
)

const site = "https://www.example.com"

func TestFault37Oversized(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString("User-agent: *\nDisallow: /early\n")
	for i := 0; b.Len() < 1_370_000; i++ {
		fmt.Fprintf(&b, "Disallow: /pages/%d/\n", i)
	}
	b.WriteString("Disallow: /late\n")
	r := robots.Parse(b.Bytes())
	if r.Allowed("edgewarm", site+"/early") {
		t.Error("a rule of the first 500 KiB is not obeyed")
	}
	if !r.Allowed("edgewarm", site+"/late") {
		t.Error("a rule after 500 KiB is obeyed")
	}
	if got := warnings(r); !strings.Contains(got, "first 500 KiB are obeyed") {
		t.Errorf("got warnings %q, want the limit named", got)
	}
}

// A rule that the limit cuts in two would forbid more than was meant.
func TestFault37CutAtWholeLine(t *testing.T) {
	t.Parallel()
	body := []byte("User-agent: *\n")
	body = append(body, bytes.Repeat([]byte("#"), robots.MaxSize-len(body)-len("\nDisallow: /"))...)
	body = append(body, "\nDisallow: /only/this\n"...)
	if !robots.Parse(body).Allowed("edgewarm", site+"/other") {
		t.Error("half a line is taken for a rule")
	}
}

func TestFault41HTMLPage(t *testing.T) {
	t.Parallel()
	for _, page := range []string{
		"<!DOCTYPE html>\n<html><body><pre>\nUser-agent: *\nDisallow: /\n</pre></body></html>",
		"\n <HTML>\nUser-agent: *\nDisallow: /\n",
		"<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<p>user-agents: <b>disallow</b></p>\n",
		"<p>we disallow: /everything\n",
	} {
		r := robots.Parse([]byte(page))
		if !r.Allowed("edgewarm", site+"/x") {
			t.Errorf("%.30q: a page forbids", page)
		}
		if len(r.Warnings) == 0 {
			t.Errorf("%.30q: no warning", page)
		}
	}
}

func TestFault42Encodings(t *testing.T) {
	t.Parallel()
	const text = "User-agent: *\nDisallow: /closed\nDisallow: /caf\u00e9\n"
	utf16le, utf16be := []byte{0xFF, 0xFE}, []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(text)) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
		utf16be = append(utf16be, byte(u>>8), byte(u))
	}
	for _, test := range []struct {
		name string
		body []byte
		cafe string
	}{
		{"plain", []byte(text), "/caf%C3%A9"},
		{"UTF-8 BOM", []byte("\ufeff" + text), "/caf%C3%A9"},
		{"half a BOM", []byte("\xef\xbb" + text), "/caf%C3%A9"},
		{"UTF-16 LE", utf16le, "/caf%C3%A9"},
		{"UTF-16 BE", utf16be, "/caf%C3%A9"},
		{"UTF-16 without BOM", utf16le[2:], "/caf%E9"},
		{"Latin-1", []byte(strings.ReplaceAll(text, "\u00e9", "\xe9")), "/caf%E9"},
		{"CR only", []byte(strings.ReplaceAll(text, "\n", "\r")), "/caf%C3%A9"},
		{"CR LF", []byte(strings.ReplaceAll(text, "\n", "\r\n")), "/caf%C3%A9"},
		{"NUL bytes", []byte(strings.ReplaceAll(text, "\n", "\x00\n")), "/caf%C3%A9"},
	} {
		r := robots.Parse(test.body)
		if r.Allowed("edgewarm", site+"/closed") {
			t.Errorf("%s: /closed is allowed", test.name)
		}
		if r.Allowed("edgewarm", site+test.cafe) {
			t.Errorf("%s: %s is allowed", test.name, test.cafe)
		}
		if !r.Allowed("edgewarm", site+"/open") {
			t.Errorf("%s: /open is forbidden", test.name)
		}
	}
}

func TestFault43Typos(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ robots, warning string }{
		{"useragent: *\nDisallow: /x", `"useragent" is misspelt`},
		{"User-agent: *\ndisalow: /x", `"disalow" is misspelt`},
		{"User-agent *\nDisallow: /x", `colon missing after "User-agent"`},
		{"User-agent: *\nDisallow /x", `colon missing after "Disallow"`},
		{"User-agent: *\nDisallow: /x\nForbid: /y", `not understood: "Forbid: /y"`},
	} {
		r := robots.Parse([]byte(test.robots))
		if r.Allowed("edgewarm", site+"/x") {
			t.Errorf("%q: not obeyed", test.robots)
		}
		if got := warnings(r); got != test.warning {
			t.Errorf("%q: got warnings %q, want %q", test.robots, got, test.warning)
		}
	}
}

func TestFault44Sitemaps(t *testing.T) {
	t.Parallel()
	r := robots.Parse([]byte("SITEMAP: HTTPS://www.example.com/a.xml\n" +
		"User-agent: *\n" +
		"Sitemap: /relative.xml\n" +
		"sitemap:HTTPS://www.example.com/a.xml\n" +
		"Site-map: https://www.example.com/b.xml # twice a week\n" +
		"Sitemap https://www.example.com/c.xml\n" +
		"Sitemap: https://www.example.com/\xff.xml\n" +
		"Sitemap:\n" +
		"Sitemap: https://www.example.com/robots.txt\n" +
		"Disallow: /x\n"))
	want := []string{
		"HTTPS://www.example.com/a.xml", "/relative.xml", "https://www.example.com/b.xml",
		"https://www.example.com/c.xml", "https://www.example.com/robots.txt",
	}
	if !slices.Equal(r.Sitemaps, want) {
		t.Errorf("got %q, want %q", r.Sitemaps, want)
	}
	if got := warnings(r); !strings.Contains(got, "is not UTF-8: skipped") || !strings.Contains(got, "Sitemap without a URL") {
		t.Errorf("got warnings %q", got)
	}
	if r.Allowed("edgewarm", site+"/x") {
		t.Error("a Sitemap line ends the group")
	}
}

// The pattern costs a backtracking matcher an exponential time; ours is done before the test could be timed out.
func TestFault45PatternBlowUp(t *testing.T) {
	t.Parallel()
	pattern := "/" + strings.Repeat("*a", 5_000) + "*b"
	path := "/" + strings.Repeat("a", 8_000)
	r := robots.Parse([]byte("User-agent: *\nDisallow: " + pattern + "\n"))
	if !r.Allowed("edgewarm", site+path) {
		t.Error("got a match without the b")
	}
	if r.Allowed("edgewarm", site+path+"b") {
		t.Error("got no match with the b")
	}
}

func TestFault46CrawlDelay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value   string
		want    time.Duration
		ok      bool
		warning string
	}{
		{"10", 10 * time.Second, true, ""},
		{"0.5", 500 * time.Millisecond, true, ""},
		{"5s", 5 * time.Second, true, ""},
		{"5 seconds", 5 * time.Second, true, ""},
		{"0", 0, true, ""},
		{"86400", robots.MaxCrawlDelay, true, "is taken as 30s"},
		{"1e309", robots.MaxCrawlDelay, true, "is taken as 30s"},
		{"-1e309", 0, false, "is negative"},
		{"-5", 0, false, "is negative"},
		{"NaN", 0, false, "is no number"},
		{"soon", 0, false, "is no number"},
		{"", 0, false, "is no number"},
	} {
		r := robots.Parse([]byte("User-agent: edgewarm\nCrawl-delay: " + test.value + "\n"))
		got, ok := r.CrawlDelay("edgewarm")
		if got != test.want || ok != test.ok {
			t.Errorf("%q: got %s, %t, want %s, %t", test.value, got, ok, test.want, test.ok)
		}
		if w := warnings(r); !strings.Contains(w, test.warning) || (w == "") != (test.warning == "") {
			t.Errorf("%q: got warnings %q, want %q", test.value, w, test.warning)
		}
	}
}

func TestCrawlDelayByAgent(t *testing.T) {
	t.Parallel()
	r := robots.Parse([]byte("User-agent: *\nCrawl-delay: 3\nDisallow: /a\n\n" +
		"User-agent: one\nCrawl-delay: 5\nUser-agent: two\nCrawl-delay: 7\nDisallow: /b\n\n" +
		"User-agent: none\nDisallow: /c\n"))
	for agent, want := range map[string]time.Duration{"edgewarm": 3, "one": 5, "two": 7, "none": 0} {
		if got, _ := r.CrawlDelay(agent); got != want*time.Second {
			t.Errorf("%s: got %s, want %s", agent, got, want*time.Second)
		}
	}
	if _, ok := robots.AllowAll().CrawlDelay("edgewarm"); ok {
		t.Error("got a delay from no rules")
	}
}
