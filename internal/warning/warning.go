// Package warning holds what is wrong in a document that could be read all the same.
//
// Every parser returns its warnings as a List, so that the command line and the crawler show them alike. A List is
// bounded: a hostile document of a million faults costs no more memory than one of a hundred.
package warning

import "fmt"

// Max is how many warnings of one document are kept; the rest are only counted. A hundred tell a person all there is
// to know about a broken file.
const Max = 100

// maxText bounds the text of one warning, which may quote the document.
const maxText = 300

// Warning is one fault at one place of a document.
type Warning struct {
	// Line is the line of the fault, from 1; 0 where lines mean nothing.
	Line int `json:"line,omitempty"`
	// Byte is the offset of the fault in the decoded document, from 0.
	Byte int64 `json:"byte,omitempty"`
	// Text says what is wrong and what was done about it, in lower case.
	Text string `json:"text"`
}

// List collects the warnings of one document. Its zero value is ready.
type List struct {
	kept    []Warning
	dropped int
}

// Addf adds a warning at a line and a byte offset; either may be 0 where it is not known.
func (l *List) Addf(line int, offset int64, format string, args ...any) {
	if len(l.kept) == Max {
		l.dropped++
		return
	}
	text := fmt.Sprintf(format, args...)
	if len(text) > maxText {
		text = text[:maxText] + "…"
	}
	l.kept = append(l.kept, Warning{Line: line, Byte: offset, Text: text})
}

// Len is the number of warnings added, those that were only counted included.
func (l *List) Len() int { return len(l.kept) + l.dropped }

// All returns the warnings in the order they were added; when more than Max were, a last one says how many are not shown.
func (l *List) All() []Warning {
	if l.dropped == 0 {
		return l.kept
	}
	return append(l.kept[:len(l.kept):len(l.kept)], Warning{Text: fmt.Sprintf("%d more warnings are not shown", l.dropped)})
}
