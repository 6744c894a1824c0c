package page_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/page"
)

// A site of sitePages pages with linksPerPage links each.
const (
	sitePages    = 2000
	linksPerPage = 30
)

// sitePage is page i: a head, a menu, and some text with links.
func sitePage(i int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Page %d</title>`, i)
	b.WriteString(`<link rel="stylesheet" href="/s.css"><meta name="description" content="A page of a site"></head><body><ul class="menu">`)
	for j := range linksPerPage {
		target := (i*7 + j*j*13) % sitePages
		if j == 0 {
			target = (i + 1) % sitePages
		}
		fmt.Fprintf(&b, `<li class="item"><a class="link" href="/page/%d.html">An item of the menu, number %d</a> and some text &amp; more</li>`, target, j)
	}
	b.WriteString("</ul><p>" + strings.Repeat("Some words of the page. ", 20) + "</p></body></html>\n")
	return b.Bytes()
}

// BenchmarkParse is Parse alone.
func BenchmarkParse(b *testing.B) {
	body := sitePage(7)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	links := 0
	for b.Loop() {
		doc, err := page.Parse(body, "text/html; charset=utf-8", pageURL, nil, func(*page.Link) bool { return true })
		if err != nil {
			b.Fatal(err)
		}
		links += doc.Links
	}
	b.ReportMetric(float64(links)/b.Elapsed().Seconds(), "links/s")
}
