package source

import (
	"bytes"
	"strings"
)

// record is one row of a file of separated values (RFC 4180), which is fed line by line: a value in quotes may go over
// several.
type record struct {
	separator byte
	fields    [][]byte
	quoted    bool
}

// feed takes the first line of a row, or the next one where a quote is open, and reports whether one is still.
func (r *record) feed(text []byte) (open bool) {
	start := false
	if r.quoted {
		r.keep([]byte{'\n'})
	} else {
		r.fields = r.fields[:0]
		r.field()
		start = true
	}
	for {
		if start && len(text) > 0 && text[0] == '"' {
			r.quoted, text = true, text[1:]
		}
		start = false
		if r.quoted {
			if text, open = r.inQuotes(text); open {
				return true
			}
		}
		i := bytes.IndexByte(text, r.separator)
		if i < 0 {
			r.keep(text)
			return false
		}
		r.keep(text[:i])
		r.field()
		text, start = text[i+1:], true
	}
}

// inQuotes keeps what is before the quote that ends the field, and returns what is after it.
func (r *record) inQuotes(text []byte) (rest []byte, open bool) {
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			r.keep(text)
			return nil, true
		}
		r.keep(text[:i])
		text = text[i+1:]
		if len(text) == 0 || text[0] != '"' {
			r.quoted = false
			return text, false
		}
		r.keep(text[:1])
		text = text[1:]
	}
}

// field begins another field, in the memory of one of an earlier row.
func (r *record) field() {
	n := len(r.fields)
	if n < cap(r.fields) {
		r.fields = r.fields[:n+1]
		r.fields[n] = r.fields[n][:0]
		return
	}
	r.fields = append(r.fields, nil)
}

func (r *record) keep(text []byte) {
	last := len(r.fields) - 1
	r.fields[last] = append(r.fields[last], text...)
}

// at is the field of a column without the space around it, empty where the row has none.
func (r *record) at(column int) []byte {
	if column < 0 || column >= len(r.fields) {
		return nil
	}
	return bytes.TrimSpace(r.fields[column])
}

// column is that of a name, -1 where there is none of it.
func (r *record) column(name string) int {
	for i := range r.fields {
		if strings.EqualFold(string(r.at(i)), name) {
			return i
		}
	}
	return -1
}
