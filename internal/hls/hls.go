// Package hls resolves HLS playlists (RFC 8216 and its second edition) to exactly what players would request.
//
// Parse reads one playlist of either kind and hands every URL that it lists to a callback, in the playlist's own order:
// playlists (variants, renditions, I-frame and image playlists), segments, parts, init sections, keys and session data.
// Multivariant playlists go through grafov/m3u8's typed decoder on text that was made safe for it first; media
// playlists, of which there are many and long ones, through a line reader that keeps nothing but the line at hand.
//
// Nothing is fetched here. What a player would take from elsewhere comes in through Options: the variables of the
// multivariant playlist, its bandwidth for sizes, a content steering manifest.
package hls

import (
	"errors"
	"time"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// Kind is what an Entry is, in the crawler's words.
type Kind string

// The kinds of entries.
const (
	Playlist Kind = "playlist" // roles: variant, rendition, iframe, image, steering, interstitial
	Segment  Kind = "segment"  // roles: "" for a whole one, part, hint, report, gap
	Init     Kind = "init"     // EXT-X-MAP
	Key      Kind = "key"      // roles: "" for a plain key over HTTP, session, drm (never a target; URL as it is written)
	Subtitle Kind = "subtitle" // a rendition that is one subtitle file
	Media    Kind = "media"    // a rendition that is one media file
	Image    Kind = "image"    // a tile of an image playlist
	Asset    Kind = "asset"    // roles: session-data, asset-list
)

// The roles of entries.
const (
	RoleVariant      = "variant"
	RoleRendition    = "rendition"
	RoleIFrame       = "iframe"
	RoleImage        = "image"
	RoleSteering     = "steering"
	RoleInterstitial = "interstitial"
	RolePart         = "part"
	RoleHint         = "hint"
	RoleReport       = "report"
	RoleGap          = "gap"
	RoleSession      = "session"
	RoleDRM          = "drm"
	RoleSessionData  = "session-data"
	RoleAssetList    = "asset-list"
)

// Options says what of a playlist is wanted. The zero value is all of it.
type Options struct {
	// From and Start bound the time of each rendition: segments that play in [From, From+Start). A Start of 0 has no end.
	From, Start time.Duration
	// Imports are the variables that EXT-X-DEFINE:IMPORT takes: the Defines of the multivariant playlist's Document.
	Imports map[string]string
	// Bandwidth is what the multivariant playlist says of this rendition, in bits a second, the average one if it is
	// known: the size of segments that do not say theirs is estimated from it. 0 leaves them 0.
	Bandwidth int64
	// Query says whether the playlist's own query is handed down to what it lists: QueryNone is the default.
	Query Query
	// Collapse makes one entry of all byte ranges of one URL, at its first place in the playlist, with the union of its
	// ranges as Bytes and Ranges. Otherwise each segment is an entry of its own, in order.
	Collapse bool
	// Live says what is taken of a sliding window: LiveWindow, all of it, is the default. Ended and EVENT playlists are
	// always taken in full.
	Live Live
	// LiveLast is how many segments LiveLastN takes, 3 when it is 0: the last ones, where a player begins.
	LiveLast int
	// MaxSegments bounds the segments of one playlist; 0 is DefaultMaxSegments. More are left out with a warning.
	MaxSegments int
	// Steering is a content steering manifest: its pathway clones are emitted after what they are clones of.
	Steering *Steering
	// Selection is which renditions of a multivariant playlist are wanted.
	Selection
}

// Selection is which renditions of a multivariant playlist are wanted; the zero value is all. A limit on a thing that
// the playlist does not state lets it pass. Renditions stay when a wanted variant names their group, or none at all does.
type Selection struct {
	MinHeight, MaxHeight       int
	MinBandwidth, MaxBandwidth int64 // bits a second
	// Codecs are prefixes such as "avc1" or "mp4a": a variant passes if each of its codecs begins with one of them.
	Codecs []string
	// Languages are BCP 47 tags such as "en" or "pt-BR": "pt" takes pt-BR too. Renditions without a language pass.
	Languages []string
	// Best and Worst take that many qualities from the top and from the bottom of what passed the rest; 0 and 0 take all.
	Best, Worst int
	// DefaultOnly takes, of each group of renditions, only the default ones.
	DefaultOnly bool
	// NoFailover leaves out redundant variants and other pathways.
	NoFailover bool
	// NoIFrames, NoImages and NoSubtitles leave out those playlists.
	NoIFrames, NoImages, NoSubtitles bool
	// Excluded emits what was left out as well, with Entry.Excluded saying why.
	Excluded bool
}

// Query is how the query of a playlist's URL is handed down, as some token schemes need.
type Query string

// The ways to hand a query down.
const (
	QueryNone    Query = ""        // a reference keeps what it states
	QueryAppend  Query = "append"  // the playlist's query is added behind the reference's own
	QueryMissing Query = "missing" // the playlist's query is added to references that have none
)

// Live is what is taken of a sliding window.
type Live string

// What can be taken of a sliding window.
const (
	LiveWindow Live = ""     // what it lists now
	LiveLastN  Live = "last" // the last Options.LiveLast segments
	LiveSkip   Live = "skip" // nothing
)

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
	// Type is AUDIO, VIDEO, SUBTITLES or CLOSED-CAPTIONS for a rendition.
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

// Document is what a playlist is.
type Document struct {
	// Multivariant is true for a playlist of playlists.
	Multivariant bool
	// Live is true for a media playlist that may still change: without an end and not of the type VOD.
	Live bool
	// Type is EVENT, VOD or empty.
	Type string
	// EndList is true when EXT-X-ENDLIST was there.
	EndList bool
	// IFramesOnly and ImagesOnly are true for trick-play and thumbnail playlists.
	IFramesOnly, ImagesOnly bool
	// Defines are the variables of the playlist, for Options.Imports of what it lists.
	Defines map[string]string
	// Segments counts those of the playlist, gaps included, whether they were selected or not.
	Segments int
	// Duration is that of all of them.
	Duration time.Duration
	// TargetDuration is what EXT-X-TARGETDURATION says.
	TargetDuration time.Duration
	// Skipped is how many segments a delta update left out, and Full the URL that has them: empty when the one that was
	// asked for does not name a delta.
	Skipped int
	Full    string
	// Warnings are the faults that were read around.
	Warnings []warning.Warning
}

// Error is why a playlist, or a part of it, could not be read. Err is one of the errors below, or wraps it.
type Error struct {
	Op, URL string
	// Line is the line of the fault, 0 when it is the whole document.
	Line int
	Err  error
}

// ErrNotHLS is what Parse returns for a body that is something else; the text of the Error says what.
var ErrNotHLS = errors.New("not an HLS playlist")

// ErrVariable is what Parse returns when a variable is used that is not defined, or a definition is missing or given
// twice. All entries that do not need it were emitted.
var ErrVariable = errors.New("playlist variable")
