package accesslog

import (
	"context"
	"io"
)

// Reader reads logs. The zero value is ready; one Reader may read many logs, also at once.
type Reader struct {
	// Format is how lines are read; zero finds it from the first lines of each log.
	Format Format
	// MaxLine is the longest line in bytes; longer ones are counted as bad. 0: 8 MiB, enough for an array of a
	// thousand records on one line.
	MaxLine int
	// MaxBytes bounds the decoded size of one log. 0: 1 TiB.
	MaxBytes int64
}

// Read calls emit with each record of r, in order, on the caller's goroutine. r may be compressed. The Stats are right
// up to where reading stopped, whatever the error. A cancelled context is seen between blocks: a reader that blocks
// holds the call until it returns.
func (o Reader) Read(ctx context.Context, r io.Reader, emit func(*Record)) (Stats, error) {
	return Stats{}, nil
}
