package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong, where it is and what may be done.
type Problem struct {
	// File, Line and Column say where; Line is 0 where the file as a whole is meant.
	File         string
	Line, Column int
	// Variable is the environment variable that the value came from, instead of a place in the file.
	Variable string
	// Key is the path of the value, such as crawl.rate or sources[2].url; empty for the file as a whole.
	Key string
	// Text says what is wrong. Hint says what to do, or is empty.
	Text, Hint string
}

// String is the problem as one line, its hint at the end.
func (p Problem) String() string {
	var b strings.Builder
	switch {
	case p.Variable != "":
		b.WriteString(p.Variable + ": ")
	case p.File != "" && p.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	case p.File != "":
		b.WriteString(p.File + ": ")
	}
	b.WriteString(p.Text)
	if p.Hint != "" {
		b.WriteString(" (" + p.Hint + ")")
	}
	return b.String()
}

// Error is all that is wrong with a configuration, in the order of the file, then of the environment.
type Error struct {
	Problems []Problem
	// Err is why the file could not be read at all; it may wrap fs.ErrNotExist.
	Err error
}

// Error has one line for each problem.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// place is where a value was read: a line and column of the file, or an environment variable.
type place struct {
	line, column int
	variable     string
}
