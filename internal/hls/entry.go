package hls

import "time"

// Range is a range of bytes of one URL. A Length of 0 has no end.
type Range struct{ Offset, Length int64 }

// Entry is one URL that a playlist lists. It is reused between calls of emit: copy it to keep it. Its strings may be
// kept; Ranges may not.
type Entry struct {
	Kind Kind
	Role string
	// URL is absolute and normalised, but for keys of the role drm, whose URL is as it is written.
	URL string
	// Line is where the URL is in the playlist, from 1.
	Line int
	// Excluded says why the selection leaves it out; empty unless Selection.Excluded is set.
	Excluded string

	// Of segments.

	// Index counts the segments of the playlist from 0, those not emitted included.
	Index           int
	Start, Duration time.Duration
	// Time is what EXT-X-PROGRAM-DATE-TIME says of this very segment; zero without the tag.
	Time time.Time
	// Bytes is the length of its range, or an estimate from EXT-X-BITRATE or Options.Bandwidth; 0 when unknown.
	Bytes int64
	// Ranges is what of the URL is wanted; empty for all of it.
	Ranges []Range
	// Ad is true between the cues of an ad break.
	Ad bool
	// Discontinuity is true on the first segment after EXT-X-DISCONTINUITY.
	Discontinuity bool
	// Live is true when the entry comes from a playlist that goes on.
	Live bool

	// Of playlists.

	// Bandwidth is the peak and AverageBandwidth the average in bits a second.
	Bandwidth, AverageBandwidth int64
	Width, Height               int
	FrameRate                   float64
	Codecs, VideoRange          string
	// Type is AUDIO, VIDEO, SUBTITLES or CLOSED-CAPTIONS for a rendition, and TypeIFrame or TypeImage for what a DASH
	// manifest has of those.
	Type, GroupID, Language, Name string
	Default, Autoselect, Forced   bool
	// Audio, Video and Subtitles are the groups that a variant plays with.
	Audio, Video, Subtitles string
	// Pathway is the PATHWAY-ID of content steering.
	Pathway string
	// StableID is the STABLE-VARIANT-ID or STABLE-RENDITION-ID.
	StableID string
	// Failover is true for a variant whose attributes equal those of an earlier one at another URL, or of a later pathway.
	Failover bool
	// Method and KeyFormat are those of a key.
	Method, KeyFormat string
}
