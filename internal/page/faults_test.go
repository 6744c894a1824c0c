package page_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

func TestFault36LineEndsInLinks(t *testing.T) {
	t.Parallel()
	got, doc := links(t, "<a href='/a&#13;&#10;X: y'><a href='/b&#0;c'><a href='/d\x00e'>", pageURL, nil)
	want := "[page a /aX:%20y page a /b%EF%BF%BDc page a /d%EF%BF%BDe]"
	if s := fmt.Sprint(got); s != want && s != strings.ReplaceAll(want, " page a /d%EF%BF%BDe", "") {
		t.Errorf("got %s, %v, want %s", s, doc.Warnings, want)
	}
}

func TestFault65WhatIsNoURL(t *testing.T) {
	t.Parallel()
	body := `<a href="/` + strings.Repeat("x", 100_000) + `"><a href="http://a..b/"><a href="mailto:x@y"><a href="/good">`
	got, doc := links(t, body, pageURL, nil)
	if fmt.Sprint(got) != "[page a /good]" {
		t.Errorf("got %v", got)
	}
	if len(doc.Warnings) != 2 || !strings.Contains(doc.Warnings[0].Text, "longer than") || doc.Warnings[1].Byte == 0 {
		t.Errorf("got warnings %v, want one for the length and one for the host", doc.Warnings)
	}
}

func TestFault81HundredThousandLinks(t *testing.T) {
	t.Parallel()
	var body strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&body, "<a href=/%d>", i)
	}
	got, doc := links(t, body.String(), pageURL, nil)
	if len(got) != page.MaxLinks {
		t.Errorf("got %d links, want %d", len(got), page.MaxLinks)
	}
	if len(doc.Warnings) != 1 || !strings.Contains(doc.Warnings[0].Text, "more than 50000 links") {
		t.Errorf("got warnings %v", doc.Warnings)
	}
}

// A relative link that leads into itself makes URLs that the trap rule of urlkey knows.
func TestFault81RelativeLinkIntoItself(t *testing.T) {
	t.Parallel()
	url := "https://www.example.com/a/b/"
	for range 10 {
		var next string
		_, err := page.Parse([]byte("<a href=a/b/>"), "", url, nil, func(l *page.Link) bool { next = l.URL; return true })
		if err != nil {
			t.Fatal(err)
		}
		if urlkey.Trap(next) != "" {
			return
		}
		url = next
	}
	t.Errorf("got as far as %s", url)
}

func TestFault82BrokenStructuredData(t *testing.T) {
	t.Parallel()
	const ld = `<script type="application/ld+json">`
	for name, c := range map[string]string{
		"comments":        `{"a": 1, // "x"` + "\n" + `/* " */ "contentUrl": "/v.mp4"}`,
		"cut short":       `{"a": {"b": [{"contentUrl": "/v.mp4"`,
		"in the string":   `{"a": 1, "contentUrl": "/v.mp4`,
		"no commas":       `{"a": "b" "contentUrl": "/v.mp4"}`,
		"quotes":          `{"name": "5" screen "big"", "contentUrl": "/v.mp4"}`,
		"too many braces": `}}]{"contentUrl": "/v.mp4"}`,
		"null":            `null</script>` + ld + `{"contentUrl":"/v.mp4"}`,
		"no braces":       `"contentUrl": "/v.mp4"`,
	} {
		if got, _ := links(t, ld+c+"</script>", pageURL, nil); fmt.Sprint(got) != "[media json-ld /v.mp4]" {
			t.Errorf("%s: got %v", name, got)
		}
	}
	got, doc := links(t, ld+strings.Repeat(`{"a":[`, 100_000)+`{"url":"/no"}`+strings.Repeat("]}", 100_000)+`,{"url":"/u"}`, pageURL, nil)
	if fmt.Sprint(got) != "[page json-ld /u]" || len(doc.Warnings) != 1 {
		t.Errorf("deep: got %v, %v", got, doc.Warnings)
	}
}

func TestFault82DeepAndLarge(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"100,000 deep":         strings.Repeat("<div><b>", 100_000) + "<a href=/x>",
		"1.6 MB of text":       strings.Repeat("lorem ipsum ", 140_000) + "<a href=/x>",
		"1.6 MB of script":     "<script>" + strings.Repeat("var a='.m3u8';", 120_000) + "</script><a href=/x>",
		"1,000,000 attributes": "<a href=/x " + strings.Repeat("a ", 1_000_000) + ">",
		"srcset of commas":     "<img srcset='" + strings.Repeat(",", 1_000_000) + "'><a href=/x>",
		"style of open urls":   "<style>" + strings.Repeat("url(", 200_000) + "</style><a href=/x>",
		"style of quotes":      "<style>" + strings.Repeat(`"'`, 400_000) + "</style><a href=/x>",
		"JSON of quotes":       "<script type=application/ld+json>" + strings.Repeat(`"x `, 300_000) + "</script><a href=/x>",
		"JSON of spaces":       "<script type=application/ld+json>" + strings.Repeat("\"\"          ", 100_000) + "</script><a href=/x>",
		"entities":             "<p title='" + strings.Repeat("&amp", 300_000) + "'><a href=/x>",
		"open comments":        strings.Repeat("<!-->", 200_000) + "<a href=/x>",
		"open tags":            "<a href=/x>" + strings.Repeat("<", 1_000_000),
		"m3u8 without end":     "<a href=/x><p data-x='" + strings.Repeat(".m3u8?", 200_000) + "'>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _ := links(t, body, pageURL, nil)
			if fmt.Sprint(got) != "[page a /x]" {
				t.Errorf("got %.300v", got)
			}
		})
	}
}

func TestFault82SrcdocInSrcdoc(t *testing.T) {
	t.Parallel()
	body := "<a href=/x>"
	for range 6 {
		body = "<iframe srcdoc='" + strings.NewReplacer("&", "&amp;", "'", "&#39;").Replace(body) + "'></iframe>"
	}
	got, doc := links(t, body, pageURL, nil)
	if len(got) != 0 || len(doc.Warnings) != 1 {
		t.Errorf("got %v, %v, want a warning", got, doc.Warnings)
	}
}

func TestFault82Charsets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, charset string }{
		"gb2312":       {"<meta http-equiv=content-type content='text/html; charset=gb2312'><title>\xd6\xd0", "gbk"},
		"Shift_JIS":    {"<meta charset=shift_jis><title>\x92\x86", "shift_jis"},
		"EUC-KR":       {"<meta charset='euc-kr'><title>\xf1\xe9", "euc-kr"},
		"windows-1251": {"<?xml version='1.0'?><meta charset=windows-1251><title>\xd6", "windows-1251"},
		"unknown":      {"<meta charset=x-unknown><title>é", "utf-8"},
	} {
		got, doc := links(t, c.body+"</title><a href=/x>", pageURL, nil)
		if doc.Charset != c.charset || fmt.Sprint(got) != "[page a /x]" || doc.Title == "" {
			t.Errorf("%s: got %s, %q, %v", name, doc.Charset, doc.Title, got)
		}
	}
}
