// Package dash resolves static MPEG-DASH manifests (ISO/IEC 23009-1) to the files that players would request, as the
// same entries that package hls makes of playlists: a title that is published both ways is warmed both ways.
//
// A manifest holds all of a title, so that its entries are init sections and segments, representation by
// representation. Manifests of live streams are read for what their timelines list now.
package dash

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warning"
)

// MaxManifest bounds a manifest in bytes: one that lists each segment of a day by its own URL has some ten megabytes.
const MaxManifest = 16 << 20

// ErrNotDASH is what Parse returns for a body that is no manifest.
var ErrNotDASH = errors.New("not a DASH manifest")

// Sniff says whether the first bytes of a body look like a manifest.
func Sniff(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<")) {
		return false
	}
	i := bytes.Index(head, []byte("<MPD"))
	return i >= 0 && i+4 < len(head) && bytes.IndexByte([]byte(" \t\r\n>"), head[i+4]) >= 0
}

// Parse reads a manifest whose URL, after redirects, is base, and calls emit for each URL until emit returns false. Of
// the options it takes From, Start, Live, MaxSegments, Collapse and the Selection; MaxSegments is for all
// representations together. The error is a *hls.Error.
func Parse(body []byte, base string, o hls.Options, emit func(*hls.Entry) bool) (hls.Document, error) {
	fail := func(err error) (hls.Document, error) {
		return hls.Document{}, &hls.Error{Op: "parse", URL: base, Err: err}
	}
	if !Sniff(body) {
		return fail(ErrNotDASH)
	}
	if len(body) > MaxManifest {
		return fail(fmt.Errorf("DASH manifest is larger than %d MiB", MaxManifest>>20))
	}
	b, err := urlkey.ParseBase(base)
	if err != nil {
		return fail(err)
	}
	var m manifest
	if err := xml.Unmarshal(body, &m); err != nil {
		return fail(fmt.Errorf("%w: %w", ErrNotDASH, err))
	}
	if o.MaxSegments <= 0 {
		o.MaxSegments = hls.DefaultMaxSegments
	}
	r := &reader{o: o, emit: emit, left: o.MaxSegments}
	if o.Collapse {
		var c hls.Collapser
		first := &reader{o: o, emit: c.Gather, left: o.MaxSegments}
		first.read(&m, b)
		r.emit = c.Emit(emit)
	}
	r.read(&m, b)
	r.doc.Warnings = r.warnings.All()
	return r.doc, nil
}

// reader is the state between the parts of a manifest.
type reader struct {
	o        hls.Options
	emit     func(*hls.Entry) bool
	doc      hls.Document
	warnings warning.List
	left     int // how many segments may still be emitted
	stopped  bool
}

func (r *reader) read(m *manifest, b *urlkey.Base) {
	r.doc.Live = m.Type == "dynamic"
	r.doc.EndList = !r.doc.Live
	total := duration(m.Duration)
	r.doc.Duration = total
	if r.doc.Live {
		r.warnings.Addf(0, 0, "live: what its timelines list now expires as the window moves on")
		if r.o.Live == hls.LiveSkip {
			return
		}
	}
	b = r.descend(b, m.BaseURL)
	var start time.Duration
	for i := range m.Periods {
		p := &m.Periods[i]
		if s, ok := parseDuration(p.Start); ok {
			start = s
		}
		length := duration(p.Duration)
		if length == 0 {
			length = untilNext(m, i, start, total)
		}
		if p.Href != "" {
			r.warnings.Addf(0, 0, "period that is kept in another document is left out: %.200s", p.Href)
		}
		if b != nil && !r.stopped {
			r.period(p, b, start, length)
		}
		start = min(start+length, maxHours*time.Hour)
	}
	if r.left < 0 {
		r.warnings.Addf(0, 0, "segments are left out: the limit is %d", r.o.MaxSegments)
	}
}

// untilNext is the length of a period that does not state it: up to the next one, or to the end of the presentation.
func untilNext(m *manifest, i int, start, total time.Duration) time.Duration {
	if i+1 < len(m.Periods) {
		if next, ok := parseDuration(m.Periods[i+1].Start); ok {
			return max(0, next-start)
		}
		return 0
	}
	return max(0, total-start)
}

// descend resolves the first of the alternative BaseURLs of one level; nil when it is nothing that can be fetched.
func (r *reader) descend(b *urlkey.Base, urls []string) *urlkey.Base {
	if b == nil || len(urls) == 0 || strings.TrimSpace(urls[0]) == "" {
		return b
	}
	if len(urls) > 1 {
		r.warnings.Addf(0, 0, "the first of %d alternative BaseURLs is taken", len(urls))
	}
	u, err := b.Resolve(urls[0])
	if err == nil {
		b, err = urlkey.ParseBase(u)
	}
	if err != nil {
		r.warnings.Addf(0, 0, "left out: %v", err)
		return nil
	}
	return b
}
