package accesslog

import (
	"errors"
	"fmt"
)

var (
	// ErrFormat is returned when the lines do not fit: no format fits the first ones, or more than a fifth is bad.
	ErrFormat = errors.New("wrong format?")
	// ErrUnknownFormat is returned for the name of a format that there is not.
	ErrUnknownFormat = errors.New("unknown format")
)

// Error is a log that could not be read to its end.
type Error struct {
	// Op is what was being done: detect, read or parse.
	Op string
	// Line is the line that shows what is wrong, 0 when it is none.
	Line int
	// Text is the beginning of that line.
	Text string
	Err  error
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s log: %v", e.Op, e.Err)
	}
	return fmt.Sprintf("%s log: %v first bad line %d: %s", e.Op, e.Err, e.Line, e.Text)
}

func (e *Error) Unwrap() error { return e.Err }
