package sitemap_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"

	"github.com/edgewarm/edgewarm/internal/sitemap"
)

// A compressed sitemap that breaks off is an error wherever it does, also before its first tag.
func TestCompressedSitemapThatBreaksOff(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	w := gzip.NewWriter(&whole)
	_, err := w.Write([]byte(`<?xml version="1.0"?><urlset><url><loc>https://a.example/</loc></url></urlset>`))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	for n := 11; n < whole.Len()-8; n++ { // the header is 10 bytes, and the trailer 8
		_, err := sitemap.Parse(bytes.NewReader(whole.Bytes()[:n]), "https://a.example/s.xml.gz", sitemap.Options{},
			func(*sitemap.Entry) bool { return true })
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut at %d of %d bytes: got %v, want %v", n, whole.Len(), err, io.ErrUnexpectedEOF)
		}
	}
}
