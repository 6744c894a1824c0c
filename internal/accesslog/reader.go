package accesslog

import (
	"context"
	"errors"
	"io"

	"github.com/edgewarm/edgewarm/internal/inflate"
)

const (
	// defaultMaxLine has room for an array of a thousand records on one line, as pushed logs have it.
	defaultMaxLine = 8 << 20
	// minMaxLine keeps a line in one piece whatever is asked for.
	minMaxLine = 1 << 10
	// defaultMaxBytes is more than any one log; a bomb that decodes to it costs time, but no memory.
	defaultMaxBytes = 1 << 40
)

// Reader reads logs. The zero value is ready; one Reader may read many logs, also at once.
type Reader struct {
	// Format is how lines are read; zero finds it from the first lines of each log.
	Format Format
	// MaxLine is the longest line in bytes; longer ones are counted as bad. 0: 8 MiB; less than 1 KiB is taken as 1 KiB.
	MaxLine int
	// MaxBytes bounds the decoded size of one log. 0: 1 TiB.
	MaxBytes int64
}

// Read calls emit with each record of r, in order, on the caller's goroutine. r may be compressed. The Stats are right
// up to where reading stopped, whatever the error, which is an *Error. A cancelled context is seen between blocks: a
// reader that blocks holds the call until it returns.
//
// A log that is cut off within its compression is read as far as it goes, with a warning: so is what is being written.
func (o Reader) Read(ctx context.Context, r io.Reader, emit func(*Record)) (Stats, error) {
	stats, _, err := o.Continue(ctx, r, Place{}, emit)
	return stats, err
}

// Continue is Read of what follows a place of the log. It returns the place where reading ended, for the next time. r is
// the whole log, from its beginning; where it is an io.Seeker, what was read is passed over as far as can be. The error is
// ErrChanged, before anything is emitted, when it is another log. The place is of use when there is no error.
func (o Reader) Continue(ctx context.Context, r io.Reader, at Place, emit func(*Record)) (Stats, Place, error) {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.MaxLine <= 0 {
		o.MaxLine = defaultMaxLine
	}
	o.MaxLine = max(o.MaxLine, minMaxLine)
	s := newSession(o.Format, o.MaxLine, emit)
	if err := ctx.Err(); err != nil {
		return s.finish(nil, err)
	}
	in, err := resume(s, r, at, o.MaxBytes)
	if err != nil {
		return s.finish(nil, err)
	}
	defer in.Close()
	f := feed(ctx, in, o.MaxLine, at.Half)
	defer f.stop()
	for b := range f.full {
		err = s.block(b)
		b.release()
		if err != nil {
			f.stop()
			return s.finish(nil, err)
		}
	}
	s.half = s.half || f.skipping
	return s.finish(in, f.err)
}

// damaged tells of errors that mean the rest of the log is lost, not that it is none.
func damaged(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, inflate.ErrTrailing)
}
