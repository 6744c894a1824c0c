package hls

import "time"

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
