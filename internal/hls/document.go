package hls

import (
	"time"

	"github.com/edgewarm/edgewarm/internal/warning"
)

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
