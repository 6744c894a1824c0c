// Package transcript writes down what came of reading an access log, so that another process need not read it.
//
// A transcript is a fraction of its log and is read in a fraction of the time, since nothing in it is to be found out any
// more. What reads it gets the very records that it would have got of the log, in the same order.
package transcript

import (
	"errors"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

// ErrDamaged is returned for a transcript that is not what was written.
var ErrDamaged = errors.New("the transcript is damaged")

// Compressed with zstd, a transcript is the head of the log, its records in frames, an empty frame, and its End as JSON. A
// head and a frame have their length before them. There is no version: who reads one has to be of the same build as who
// wrote it.
//
// A record is the numbers of four texts, each of a list of its own: its kind, its target, its client and its agent. A new
// text stands where its number would, behind a 0, and has the next number. Then come its time, as the distance from the
// record before, its bytes, its RequestID, and its weight where that is not 1. Numbers are varints.
const (
	// frameSize is how much of the records travels together.
	frameSize = 64 << 10
	// maxFrame is more than a record of the longest line comes to, which is 8 MiB.
	maxFrame = 32 << 20
	// maxHead is more than the head of a log has.
	maxHead = 64 << 10
	// maxWords bounds what a list of texts holds, in bytes: over it the list begins anew, on both sides alike. wordCost is
	// counted for a text beside its own bytes.
	maxWords = 8 << 20
	wordCost = 64
	// maxEnd bounds the End, which is mostly warnings.
	maxEnd = 1 << 20
	// maxBytes bounds what is decoded: as much as of a log.
	maxBytes = 1 << 40
)

// A kind is this bit where the record has a weight, what the cache made of it, the status as a varint, and the method.
const weighted = 0x80

// The schemes of a target, which is one of these, the lengths of host and path, and host, path and query.
var schemes = [...][]byte{nil, []byte("http"), []byte("https")}

// numericID marks a RequestID of digits, which is written as a number: EdgeOne's are such. Another is written as its
// length and its bytes.
const numericID = 1

// End is what came of reading the log.
type End struct {
	// Stats has no Format.
	accesslog.Stats
	// Format is the name of it.
	Format string
	// At is where reading ended.
	At accesslog.Place
}
