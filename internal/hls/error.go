package hls

import "strconv"

// Error is "parse https://…: line 7: …".
func (e *Error) Error() string {
	text := e.Op + " " + e.URL + ": "
	if e.Line > 0 {
		text += "line " + strconv.Itoa(e.Line) + ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }
