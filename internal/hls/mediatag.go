package hls

import (
	"strconv"
	"strings"
	"time"
)

// tag takes the tag or comment at hand.
func (m *mediaReader) tag() {
	const inf = "#EXTINF:"
	if strings.HasPrefix(m.text(), inf) {
		m.extinf(m.text()[len(inf):])
		return
	}
	if !strings.HasPrefix(m.text(), "#EXT") {
		return
	}
	name, value, _ := strings.Cut(m.text(), ":")
	if !m.headerTag(name, value) && !m.segmentTag(name, value) {
		m.ads.tag(name, value)
	}
}

// extinf reads "duration[,title]".
func (m *mediaReader) extinf(value string) {
	value = trim(value)
	d, n := seconds(value)
	if m.timed {
		m.warn("EXTINF without a URI")
	}
	m.timed, m.duration = true, max(0, d)
	switch {
	case n == 0:
		m.warn("EXTINF without a duration, read as the target duration")
		m.duration = m.doc.TargetDuration
	case d < 0:
		m.warn("negative duration is read as 0")
	case n < len(value) && value[n] != ',' && !isBlank(value[n]):
		m.warn("text %.20q follows the duration without a comma", value[n:])
	}
}

// segmentTag takes the tags that belong to the next segment, or to those from here on.
func (m *mediaReader) segmentTag(name, value string) bool {
	switch name {
	case "#EXT-X-BYTERANGE":
		if m.subRange, m.ranged = subRange(m.expanded(value)); !m.ranged {
			m.warn("byte range %.40q is not one: read as the whole resource", value)
		}
	case "#EXT-X-DISCONTINUITY":
		m.discontinuity = true
	case "#EXT-X-GAP":
		m.gap = true
	case "#EXT-X-BITRATE":
		kilobits, ok := whole(value)
		if m.bitrate = 0; ok && kilobits < 1<<40 {
			m.bitrate = kilobits * 1000
		}
	case "#EXT-X-PROGRAM-DATE-TIME":
		m.programTime(value)
	case "#EXT-X-KEY":
		m.key(value)
	case "#EXT-X-MAP":
		m.initSection(value)
	case "#EXT-X-PART":
		m.part(value)
	case "#EXT-X-PRELOAD-HINT":
		m.hint(value)
	case "#EXT-X-RENDITION-REPORT":
		m.report(value)
	case "#EXT-X-DATERANGE":
		m.dateRange(value)
	case "#EXT-X-STREAM-INF":
		m.variant = true
		m.warn("EXT-X-STREAM-INF in a media playlist")
	default:
		return false
	}
	return true
}

func (m *mediaReader) programTime(value string) {
	t, err := time.Parse(time.RFC3339Nano, trim(value))
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05.999999999Z0700", trim(value))
	}
	if err != nil {
		m.warn("EXT-X-PROGRAM-DATE-TIME %.40q is not a time", value)
		return
	}
	m.time = t
}

// headerTag takes the tags that belong to the whole playlist.
func (m *mediaReader) headerTag(name, value string) bool {
	switch name {
	case "#EXTM3U":
	case "#EXT-X-VERSION":
		m.once(tagVersion, name)
	case "#EXT-X-TARGETDURATION":
		m.once(tagTargetDuration, name)
		m.targetDuration(value)
	case "#EXT-X-MEDIA-SEQUENCE":
		m.beforeSegments(tagMediaSequence, name)
		if _, err := strconv.ParseUint(trim(value), 10, 64); err != nil {
			m.warn("media sequence number %.40q is not one", value)
		}
	case "#EXT-X-DISCONTINUITY-SEQUENCE":
		m.beforeSegments(tagDiscontinuitySequence, name)
	case "#EXT-X-PLAYLIST-TYPE":
		m.once(tagPlaylistType, name)
		m.playlistType(value)
	case "#EXT-X-ENDLIST":
		m.once(tagEndList, name)
		m.doc.EndList = true
	case "#EXT-X-I-FRAMES-ONLY":
		m.doc.IFramesOnly = true
	case "#EXT-X-IMAGES-ONLY":
		m.doc.ImagesOnly = true
	case "#EXT-X-PART-INF":
		m.once(tagPartInf, name)
	case "#EXT-X-SERVER-CONTROL":
		m.once(tagServerControl, name)
	case "#EXT-X-SKIP":
		m.beforeSegments(tagSkip, name)
		m.skip(value)
	case "#EXT-X-DEFINE":
		if err := m.vars.define(value); err != nil {
			m.fail(m.number, m.offset(), err)
		}
	default:
		return false
	}
	return true
}

func (m *mediaReader) targetDuration(value string) {
	d, n := seconds(trim(value))
	if n == 0 || d <= 0 {
		m.warn("target duration %.40q is not one", value)
		return
	}
	m.doc.TargetDuration = d
}

func (m *mediaReader) playlistType(value string) {
	switch trim(value) {
	case "VOD":
		m.doc.Type = "VOD"
	case "EVENT":
		m.doc.Type = "EVENT"
	default:
		m.warn("playlist type %.40q is neither VOD nor EVENT", value)
	}
}

// skip is what a delta update stands for.
func (m *mediaReader) skip(value string) {
	for a := (attributes{rest: value}); a.next(); {
		if a.name != "SKIPPED-SEGMENTS" {
			continue
		}
		if n, ok := whole(m.expanded(a.value)); ok && n <= DefaultMaxSegments {
			m.doc.Skipped += int(n)
		} else {
			m.warn("number of skipped segments %.40q is not one", a.value)
		}
	}
}

// expanded substitutes the variables of an attribute.
func (m *mediaReader) expanded(value string) string {
	if !m.references {
		return value
	}
	value, err := m.vars.expand(value)
	if err != nil {
		m.fail(m.number, m.offset(), err)
	}
	return value
}

// tagSet remembers the tags that a playlist may have only once.
type tagSet uint16

const (
	tagVersion tagSet = 1 << iota
	tagTargetDuration
	tagMediaSequence
	tagDiscontinuitySequence
	tagPlaylistType
	tagEndList
	tagPartInf
	tagServerControl
	tagSkip
)

func (s tagSet) has(t tagSet) bool { return s&t != 0 }

// once warns of a second tag of its kind; both are read.
func (m *mediaReader) once(t tagSet, name string) {
	if m.seen.has(t) {
		m.warn("%s is there more than once", name[1:])
	}
	m.seen |= t
}

// beforeSegments warns of a tag that numbers the segments and comes after one.
func (m *mediaReader) beforeSegments(t tagSet, name string) {
	m.once(t, name)
	if m.doc.Segments > 0 {
		m.warn("%s comes after a segment", name[1:])
	}
}
