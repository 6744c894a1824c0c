package hls

import (
	"errors"
	"strconv"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

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

// Error is "parse https://…: line 7: …".
func (e *Error) Error() string {
	text := e.Op + " " + urlkey.Redact(e.URL) + ": "
	if e.Line > 0 {
		text += "line " + strconv.Itoa(e.Line) + ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
