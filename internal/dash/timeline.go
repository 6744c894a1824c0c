package dash

import (
	"math"
	"time"
)

// each calls yield for the segments of a representation until it returns false.
func (r *reader) each(s *stream, t *segments, yield func(timed) bool) {
	switch {
	case t.Timeline != nil:
		r.timeline(s, t, yield)
	case t.Duration > 0 && r.doc.Live:
		r.warnings.Addf(0, 0, "representation %.80q: a live one without a timeline is left out", s.rep.ID)
	case t.Duration > 0:
		uniform(s, t, yield)
	default:
		yield(timed{number: number(t.StartNumber), length: s.length})
	}
}

// uniform has segments of one duration: as many as the period holds, or as EndNumber says.
func uniform(s *stream, t *segments, yield func(timed) bool) {
	length := ticks(t.Duration, t.Timescale)
	first, count := number(t.StartNumber), int64(math.MaxInt64)
	switch {
	case t.EndNumber != nil:
		count = *t.EndNumber - first + 1
	case length <= 0 || s.length <= 0:
		count = 0
	default:
		count = int64((s.length + length - 1 - rounding) / length)
	}
	seg := timed{number: first, length: length}
	for ; count > 0 && seg.start < maxHours*time.Hour; count-- {
		if s.length > 0 {
			seg.length = max(0, min(length, s.length-seg.start))
		}
		if !yield(seg) {
			return
		}
		seg.index++
		seg.number++
		seg.time += t.Duration
		seg.start += length
	}
}

// rounding is what a period may be longer than its segments without having one more: manifests state it in
// milliseconds.
const rounding = time.Millisecond

// timeline has runs of segments, each with its time.
func (r *reader) timeline(s *stream, t *segments, yield func(timed) bool) {
	seg := timed{number: number(t.StartNumber)}
	if t.EndNumber != nil && *t.EndNumber < seg.number {
		return
	}
	for i, run := range t.Timeline.S {
		if run.T != nil {
			seg.time = *run.T
		}
		if run.N != nil {
			seg.number = *run.N
		}
		if run.D <= 0 || seg.time < 0 {
			r.warnings.Addf(0, 0, "representation %.80q: a segment of the duration %d is left out", s.rep.ID, run.D)
			continue
		}
		for count := repeats(s, t, i, seg.time); count > 0; count-- {
			seg.start, seg.length = ticks(seg.time-t.TimeOffset, t.Timescale), ticks(run.D, t.Timescale)
			if !yield(seg) || t.EndNumber != nil && seg.number >= *t.EndNumber || seg.time > math.MaxInt64-run.D {
				return
			}
			seg.index++
			seg.number++
			seg.time += run.D
		}
	}
}

// repeats is how many segments a run has. A negative R goes on to the next run, or to the end of the period.
func repeats(s *stream, t *segments, i int, at int64) int64 {
	run := t.Timeline.S[i]
	if run.R >= 0 {
		return min(run.R, math.MaxInt64-1) + 1
	}
	if i+1 < len(t.Timeline.S) && t.Timeline.S[i+1].T != nil {
		return max(0, (*t.Timeline.S[i+1].T-at+run.D-1)/run.D)
	}
	length := ticks(run.D, t.Timescale)
	if length <= 0 || s.length <= 0 {
		return 1
	}
	rest := s.length - ticks(at-t.TimeOffset, t.Timescale)
	return max(0, int64((rest+length-1-rounding)/length))
}
