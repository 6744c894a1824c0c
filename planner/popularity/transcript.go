package popularity

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/internal/transcript"
)

// ErrTranscript is wrapped by the error for a transcript that could not be read to its end. What it had cannot be taken
// back: everything has to be counted again, by a new Counter.
var ErrTranscript = errors.New("what was written down of it could not be read")

// Transcribe reads a log and writes to w what a Counter with the same Format, of the same build, counts in its stead: see
// Log.Transcript. It is some hundredths of the log. The error is an *Error, or that of w.
func (c *Counter) Transcribe(ctx context.Context, l Log, w io.Writer) error {
	s, err := c.start()
	if err != nil {
		return err
	}
	r, err := l.Open(ctx)
	if err != nil {
		return &Error{Op: "open", Name: l.Name, Err: reason(err)}
	}
	defer r.Close()
	err = transcript.Write(ctx, w, s.reader, r)
	if failed := (*accesslog.Error)(nil); errors.As(err, &failed) {
		return &Error{Op: "read", Name: l.Name, Err: err}
	}
	return err
}

// IsNew reports whether nothing of a log was counted under its name: Transcript is of use for such ones only. Its size and
// time have to be known, too.
func (c *Counter) IsNew(l Log) bool {
	return !l.Modified.IsZero() && (c.state == nil || c.state.known.names[l.Name] == nil)
}

// written is a transcript that is open.
type written struct {
	*transcript.Transcript
	from io.Closer
}

func (w *written) close() {
	w.Transcript.Close()
	_ = w.from.Close()
}

// transcript opens that of a log, nil where there is none that could be counted: of a log that was counted before, perhaps
// by another name, only what is new is.
func (c *Counter) transcript(ctx context.Context, l Log) *written {
	if l.Transcript == nil || !c.IsNew(l) {
		return nil
	}
	r, err := l.Transcript(ctx)
	if err != nil {
		return nil
	}
	t, err := transcript.Open(r)
	if err != nil {
		_ = r.Close()
		return nil
	}
	w := &written{t, r}
	if c.state.known.begun(t.Head, nil) != nil {
		w.close()
		return nil
	}
	return w
}

// replay counts a transcript.
func (c *Counter) replay(ctx context.Context, l Log, t *written) (Stats, error) {
	stats := Stats{Name: l.Name}
	end, err := t.Read(ctx, func(r *accesslog.Record) { c.record(r, &stats) })
	c.finish(&stats, end.Stats, end.Format)
	if err != nil {
		return stats, &Error{Op: "read", Name: l.Name, Err: fmt.Errorf("%w: %w", ErrTranscript, err)}
	}
	c.state.known.counted(&counted{}, l, end.At, stats.Format, nil)
	return stats, nil
}
