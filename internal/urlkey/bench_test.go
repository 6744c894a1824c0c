package urlkey_test

import (
	"net/url"
	"testing"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

var hot = []struct{ name, ref string }{
	{"name", "seg_00012.ts"},
	{"folder and query", "720p/seg1.m4s?x=1"},
	{"root", "/vod/title/720p/seg_00012.ts"},
	{"same host", "https://cdn.example.com/vod/title/720p/seg_00012.ts"},
	{"other host", "https://other.example.com/vod/title/720p/seg_00012.ts"},
	{"long way", "../720p/../seg 00012.ts#x"},
}

func BenchmarkResolve(b *testing.B) {
	base, err := urlkey.ParseBase(document)
	if err != nil {
		b.Fatal(err)
	}
	for _, h := range hot {
		b.Run(h.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := base.Resolve(h.ref); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkResolveReference is what net/url takes for the same, without normalising.
func BenchmarkResolveReference(b *testing.B) {
	base, err := url.Parse(document)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		u, err := base.Parse("seg_00012.ts")
		if err != nil || u.String() == "" {
			b.Fatal(err)
		}
	}
}

func BenchmarkNormalize(b *testing.B) {
	for _, h := range []struct{ name, u string }{
		{"normal", "https://cdn.example.com/vod/title/720p/seg_00012.ts?x=1"},
		{"escapes", "https://CDN.example.com/vod/%7etitle/a b.ts?x=1"},
		{"punycode", "https://Bücher.example.com/vod/a.ts"},
	} {
		b.Run(h.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := urlkey.Normalize(h.u); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestHotPathAllocations(t *testing.T) {
	base, err := urlkey.ParseBase(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hot {
		got := testing.AllocsPerRun(100, func() { _, _ = base.Resolve(h.ref) })
		if got > 1 {
			t.Errorf("%s: got %v allocations, want at most one", h.name, got)
		}
	}
}
