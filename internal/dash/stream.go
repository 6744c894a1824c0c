package dash

import (
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// stream emits a representation: its init section, and its segments in order.
func (r *reader) stream(s *stream) {
	switch {
	case s.where.Template != nil:
		r.template(s, s.where.Template)
	case s.where.List != nil:
		r.list(s, s.where.List)
	default:
		r.whole(s)
	}
}

// template emits what a SegmentTemplate makes.
func (r *reader) template(s *stream, t *segments) {
	f := fields{id: s.rep.ID, bandwidth: s.rep.Bandwidth}
	if t.InitTemplate != "" {
		if ref, err := f.expand(t.InitTemplate); err != nil {
			r.warnings.Addf(0, 0, "representation %.80q: %v", s.rep.ID, err)
		} else {
			r.init(s, ref, "")
		}
	} else if t.Initialization != nil {
		r.init(s, t.Initialization.URL, t.Initialization.Range)
	}
	if t.Media == "" {
		r.warnings.Addf(0, 0, "representation %.80q: SegmentTemplate without media", s.rep.ID)
		return
	}
	r.each(s, t, func(seg timed) bool {
		f.number, f.time = seg.number, seg.time
		ref, err := f.expand(t.Media)
		if err != nil {
			r.warnings.Addf(0, 0, "representation %.80q: %v", s.rep.ID, err)
			return false
		}
		return r.segment(s, seg, ref, "")
	})
}

// list emits the SegmentURLs of a SegmentList. One without media is a range of the representation's own URL.
func (r *reader) list(s *stream, t *segments) {
	own := s.base.String()
	if t.Initialization != nil {
		r.init(s, t.Initialization.URL, t.Initialization.Range)
	}
	if len(t.URLs) == 0 {
		r.warnings.Addf(0, 0, "representation %.80q: SegmentList without a SegmentURL", s.rep.ID)
		return
	}
	i := 0
	each := func(seg timed) bool {
		if i == len(t.URLs) {
			return false
		}
		u := t.URLs[i]
		i++
		ref := u.Media
		if ref == "" {
			ref = own
		}
		return r.segment(s, seg, ref, u.Range)
	}
	if t.Timeline != nil {
		r.timeline(s, t, each)
		return
	}
	seg := timed{length: ticks(t.Duration, t.Timescale)}
	for each(seg) {
		seg.index++
		seg.start = min(seg.start+seg.length, maxHours*time.Hour)
	}
}

// whole emits a representation that is one file, with or without an index in it.
func (r *reader) whole(s *stream) {
	seg := timed{number: 1, length: s.length}
	if !r.segment(s, seg, s.base.String(), "") {
		return
	}
	if b := s.where.Base; b != nil && b.Initialization != nil && b.Initialization.URL != "" {
		r.init(s, b.Initialization.URL, b.Initialization.Range)
	}
}

func (r *reader) init(s *stream, ref, byteRange string) {
	if ref == "" {
		if byteRange == "" {
			return
		}
		ref = s.base.String()
	}
	e := s.entry
	e.Kind, e.Start = hls.Init, s.start
	r.send(s.base, &e, ref, byteRange)
}

// segment emits one segment, and is false when no more are wanted.
func (r *reader) segment(s *stream, seg timed, ref, byteRange string) bool {
	start := s.start + seg.start
	if r.o.Start > 0 && start-max(0, r.o.From) >= r.o.Start {
		return false
	}
	if r.left--; r.left < 0 {
		return false
	}
	r.doc.Segments++
	if start < r.o.From && start+seg.length <= r.o.From {
		return true
	}
	e := s.entry
	e.Index, e.Start, e.Duration, e.Live = seg.index, start, seg.length, r.doc.Live
	e.Bytes = int64(min(float64(e.Bandwidth)/8*seg.length.Seconds(), math.MaxInt64/2))
	if ext := strings.ToLower(path.Ext(strings.SplitN(ref, "?", 2)[0])); ext == ".vtt" || ext == ".ttml" {
		e.Kind = hls.Subtitle
	}
	r.send(s.base, &e, ref, byteRange)
	return !r.stopped
}

func (r *reader) send(b *urlkey.Base, e *hls.Entry, ref, byteRange string) {
	u, err := b.Resolve(ref)
	if err != nil {
		r.warnings.Addf(0, 0, "left out: %v", err)
		return
	}
	e.URL, e.Line = u, 1
	if first, last, ok := strings.Cut(byteRange, "-"); ok {
		from, err1 := strconv.ParseInt(first, 10, 64)
		to, err2 := strconv.ParseInt(last, 10, 64)
		if err1 == nil && err2 == nil && from >= 0 && to >= from && to < math.MaxInt64 {
			e.Ranges = []hls.Range{{Offset: from, Length: to - from + 1}}
			e.Bytes = to - from + 1
		}
	}
	r.stopped = !r.emit(e)
}

// timed is one segment of a timeline.
type timed struct {
	index        int
	number, time int64
	start        time.Duration // in its period
	length       time.Duration
}

func number(n *int64) int64 {
	if n == nil {
		return 1
	}
	return *n
}
