package hls

import (
	"time"
)

// readMedia reads a media playlist.
func (r *reader) readMedia(text string) {
	m := mediaReader{reader: r, lines: newLines(text, &r.warnings), limit: r.o.MaxSegments, unlike: true}
	if m.limit <= 0 {
		m.limit = DefaultMaxSegments
	}
	m.prepare(text)
	for !m.stopped {
		m.quick()
		if m.stopped || !m.scan() {
			break
		}
		switch {
		case m.text() == "":
		case m.text()[0] == '#':
			m.tag()
		default:
			m.segment()
		}
	}
	m.finish()
}

// mediaReader is the state between the lines of a media playlist. What tags say of the next segment is gathered in it
// until that segment's URI comes.
type mediaReader struct {
	*reader
	lines
	entry      Entry
	unlike     bool // entry is not that of a plain segment
	limit      int
	first      int  // index of the first segment that a sliding window gives
	live       bool // known before the first line is read
	references bool // there may be references to variables
	queries    bool // there may be URLs with a query
	stopped    bool // emit wants no more

	seen tagSet // of tags that may be there once

	// Of the next segment.
	timed         bool
	duration      time.Duration
	ranged        bool
	subRange      Range
	gap           bool
	discontinuity bool
	time          time.Time
	variant       bool // EXT-X-STREAM-INF stood before it

	// Until the next tag of its kind.
	bitrate   int64 // bits a second
	pending   bool  // mapping or keys may have to be emitted
	mapping   resource
	keys      []key
	lastKeys  []key // those before keys
	keysFor   int   // the segment index that keys were gathered at
	ads       breaks
	segments  chain
	parts     chain
	partTime  time.Duration // where the next part begins
	partCount int
	ranges    [1]Range // what entry.Ranges points to
}

// finish fills in the Document after the last line.
func (m *mediaReader) finish() {
	d := &m.doc
	if m.timed || m.variant {
		m.warn("playlist ends after a tag that wants a URI")
	}
	if !m.stopped && m.begin() == 0 && m.o.Start == 0 && m.first == 0 {
		m.emitPending()
	}
	if !m.seen.has(tagTargetDuration) {
		m.warnings.Addf(0, 0, "EXT-X-TARGETDURATION is missing")
	}
	d.Live = m.live
	switch {
	case d.Type == "VOD" && !d.EndList:
		m.warnings.Addf(0, 0, "EXT-X-ENDLIST is missing in a playlist of the type VOD, which was read as complete")
	case d.Live && d.Type != "EVENT":
		m.warnings.Addf(0, 0, "live: %d segments at this moment, which expire as the window moves on", d.Segments)
	case d.Live:
		m.warnings.Addf(0, 0, "live: %d segments of an event that goes on", d.Segments)
	}
	if d.Segments > m.limit {
		m.warnings.Addf(0, 0, "%d segments are left out: the limit is %d", d.Segments-m.limit, m.limit)
	}
	if d.Skipped > 0 {
		d.Full = full(m.raw)
		m.warnings.Addf(0, 0, "delta update: %d segments are not listed; ask for the whole playlist", d.Skipped)
	}
}

func (m *mediaReader) begin() time.Duration { return max(0, m.o.From) }

// wanted says whether what plays in [start, start+length) is in the time that the options want.
func (m *mediaReader) wanted(start, length time.Duration) bool {
	if m.o.Start > 0 && start >= add(m.begin(), m.o.Start) {
		return false
	}
	return start >= m.begin() || add(start, length) > m.begin()
}
