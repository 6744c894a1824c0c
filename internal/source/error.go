package source

import (
	"errors"
	"fmt"
)

var (
	// ErrTooMany is returned for a source of more than MaxURLs URLs.
	ErrTooMany = fmt.Errorf("more than %d URLs", MaxURLs)
	// ErrNoURL is returned for a list that has lines, none of which is a URL.
	ErrNoURL = errors.New("no line of it is a URL")
)

// Error is a source that could not be read to its end.
type Error struct {
	// Op is the kind of source: list, bucket or git.
	Op string
	// Name is what the config calls it.
	Name string
	Err  error
	// Hint says what to do, or is empty.
	Hint string
}

func (e *Error) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, e.Name, e.Err) }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }
