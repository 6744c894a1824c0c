package sitemap_test

import (
	"testing"

	"github.com/edgewarm/edgewarm/internal/sitemap"
)

func TestSniff(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]bool{
		"<urlset":                              true,
		"<?xml version='1.0'?>\n<urlset xmlns": true,
		"\ufeff\n <!-- <html> --> <?xsl x?> <s:sitemapindex>":            true,
		"<?xml?><!DOCTYPE rss PUBLIC \"x\" \"y\"><rss version=\"0.91\">": true,
		"<rdf:RDF>":   true,
		"<feed xmlns": true,
		"<url><loc>":  true,
		"https://www.example.com/a\nhttps://www.example.com/b": true,
		"\xff\xfe<\x00u\x00r\x00l\x00s\x00e\x00t\x00>\x00":     true,
		"\x00<\x00f\x00e\x00e\x00d\x00>":                       true,
		"":                                                     false,
		"<":                                                    false,
		"<!doctype html><html>":                                false,
		"<html>":                                               false,
		"<video>":                                              false,
		"<MPD>":                                                false,
		"<!-- <urlset>":                                        false,
		"#EXTM3U\nhttps://x/a.ts":                              false,
		"https://x/ is a good page":                            false,
		"User-agent: *":                                        false,
		"{}":                                                   false,
	} {
		if got := sitemap.Sniff([]byte(head)); got != want {
			t.Errorf("%q: got %t, want %t", head, got, want)
		}
	}
}
