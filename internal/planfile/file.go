// Package planfile reads the plans that edgewarm plan writes, and compares two of them.
package planfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/edgewarm/edgewarm/planner"
)

// File is a plan as it was written: the targets by rank, and what was left out where the plan says so.
type File struct {
	Targets []planner.Target
	LeftOut []planner.LeftOut
}

// maxLine bounds a line: no URL is longer than 8 KiB, and a line has three.
const maxLine = 1 << 20

// Error is a line that is none of a plan.
type Error struct {
	Line int
	Err  error
}

// Error names the line.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

var (
	errNoURL = errors.New("the line has no url")
	errTwice = errors.New("the URL stands in the plan twice")
)

// Read reads a plan. A line that is none of a plan is an *Error.
func Read(r io.Reader) (*File, error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	f, n, seen := &File{}, 0, map[string]bool{}
	for scanner.Scan() {
		n++
		if len(scanner.Bytes()) == 0 {
			continue
		}
		url, err := f.add(scanner.Bytes())
		if err == nil && seen[url] {
			err = errTwice
		}
		if err != nil {
			return nil, &Error{n, err}
		}
		seen[url] = true
	}
	if err := scanner.Err(); err != nil {
		return nil, &Error{n + 1, err}
	}
	return f, nil
}

// add takes in a line.
func (f *File) add(line []byte) (url string, err error) {
	var both struct {
		planner.Target
		Reason planner.Reason `json:"reason"`
	}
	if err := json.Unmarshal(line, &both); err != nil {
		return "", fmt.Errorf("not JSON: %w", err)
	}
	switch {
	case both.URL == "":
		return "", errNoURL
	case both.Reason != "":
		f.LeftOut = append(f.LeftOut, planner.LeftOut{URL: both.URL, Reason: both.Reason})
	default:
		f.Targets = append(f.Targets, both.Target)
	}
	return both.URL, nil
}
