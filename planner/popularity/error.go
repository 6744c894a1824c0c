package popularity

import "fmt"

// Error is a log that could not be counted to its end.
type Error struct {
	// Op is open, read or match.
	Op string
	// Name is the file or pattern.
	Name string
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, e.Name, e.Err) }

func (e *Error) Unwrap() error { return e.Err }
