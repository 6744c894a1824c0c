package hls

import (
	"math/bits"
	"strings"
	"time"
)

// segment takes the URI of a segment at hand.
func (m *mediaReader) segment() {
	index, start := m.doc.Segments, m.doc.Duration
	if m.variant {
		m.strayVariant()
		return
	}
	if !m.timed {
		m.warn("segment without EXTINF, read as one of the target duration")
		m.duration = m.doc.TargetDuration
	}
	wanted := index < m.limit && index >= m.first && m.wanted(start, m.duration)
	if wanted {
		m.emitPending()
	}
	m.doc.Segments++
	m.doc.Duration = add(start, m.duration)
	m.partTime = m.doc.Duration
	if wanted {
		m.emitSegment(index, start)
	} else if m.ranged {
		m.segments.place(m.text(), m.subRange)
	}
	m.ads.pass(m.duration)
	m.timed, m.ranged, m.gap, m.discontinuity, m.duration, m.time = false, false, false, false, 0, time.Time{}
}

// emitSegment fills in what changes from segment to segment only: to write all of an Entry costs more than all the
// rest, as the garbage collector has to look at each of its pointers.
func (m *mediaReader) emitSegment(index int, start time.Duration) {
	e := &m.entry
	if m.unlike {
		m.set(Entry{Kind: Segment, Live: m.live})
	}
	e.Index, e.Start, e.Duration = index, start, m.duration
	e.Bytes, e.Ad, e.Discontinuity = m.estimate(m.duration), m.ads.on(), m.discontinuity
	m.unlike = m.gap || m.ranged || !m.time.IsZero() || m.doc.ImagesOnly || m.isPlaylist(m.text())
	if m.unlike {
		m.special(e)
	}
	m.send(m.text())
}

// special fills in what few segments have.
func (m *mediaReader) special(e *Entry) {
	e.Time = m.time
	switch {
	case m.doc.ImagesOnly:
		e.Kind = Image
	case m.isPlaylist(m.text()):
		m.warn("a playlist stands where a segment should be")
		e.Kind, e.Role = Playlist, RoleVariant
	}
	if m.gap {
		e.Role = RoleGap
	}
	if m.ranged {
		m.setRange(m.segments.place(m.text(), m.subRange))
	}
}

// set makes the entry one of another kind than a plain segment.
func (m *mediaReader) set(e Entry) {
	m.entry, m.unlike = e, true
}

// isPlaylist says whether a reference ends as playlists do: some packagers list playlists as if they were segments.
func (m *mediaReader) isPlaylist(uri string) bool {
	const suffix = ".m3u8"
	if m.queries {
		uri, _, _ = strings.Cut(uri, "?")
	}
	n := len(uri) - len(suffix)
	return n >= 0 && uri[len(uri)-1] == '8' && strings.EqualFold(uri[n:], suffix)
}

// strayVariant is a variant in a playlist of segments, which RFC 8216 forbids.
func (m *mediaReader) strayVariant() {
	m.variant = false
	m.plain(Playlist, RoleVariant, m.text())
}

// estimate is the size of a segment that does not say its own.
func (m *mediaReader) estimate(d time.Duration) int64 {
	rate := m.bitrate
	if rate == 0 {
		rate = max(0, m.o.Bandwidth)
	}
	if rate == 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(rate), uint64(max(0, d)))
	if hi >= 8*uint64(time.Second) {
		return 0
	}
	n, _ := bits.Div64(hi, lo, 8*uint64(time.Second))
	return int64(n)
}

func (m *mediaReader) setRange(r Range) {
	m.ranges[0] = r
	m.entry.Ranges, m.entry.Bytes = m.ranges[:], r.Length
}

// plain emits an entry that is nothing but a URL.
func (m *mediaReader) plain(kind Kind, role, uri string) {
	m.set(Entry{
		Kind: kind, Role: role, Index: m.doc.Segments, Start: m.doc.Duration, Live: m.live, Ad: m.ads.on(),
	})
	m.send(uri)
}

// send resolves uri and emits the entry, unless it cannot be a target.
func (m *mediaReader) send(uri string) {
	if m.stopped {
		return
	}
	if m.references {
		var err error
		if uri, err = m.vars.expand(uri); err != nil {
			m.fail(m.number, m.offset(), err)
			return
		}
	}
	u, err := m.resolve(uri)
	if err != nil {
		m.warn("left out: %v", err)
		return
	}
	if m.entry.Kind == Playlist && u == m.base.String() {
		m.warn("playlist lists itself")
	}
	m.entry.URL, m.entry.Line = u, m.number
	m.stopped = !m.emit(&m.entry)
}
