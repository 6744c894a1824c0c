package source

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// maxWeight is what a config allows too: far above any count of requests.
const maxWeight = 1e9

var errOpenQuote = errors.New("a quote that is never closed")

// table reads the rows of a list. Its first line says what it is: a header that names a column url, and perhaps one
// weight, or the first URL of a plain list.
type table struct {
	lines *lines
	row   record
	begun bool
	// url and weight are columns of a list with a header; of a plain list, whose url is -1, each line is one URL.
	url, weight int
}

// next reads one row and returns the URL and the weight as they are written. The error is that of the lines; a lineError
// is of that row alone, errNothing of a line that says nothing.
func (t *table) next() (number int, url, weight []byte, err error) {
	one, err := t.lines.next()
	switch {
	case errors.Is(err, errLongLine):
		t.begun = true
		err = &lineError{err}
	case err != nil:
	case !t.isRow(one.text):
		err = errNothing
	case t.url < 0:
		url, weight, err = t.plain(one.text)
	default:
		if err = t.whole(one); err == nil {
			url, weight = t.row.at(t.url), t.row.at(t.weight)
		}
	}
	return one.number, url, weight, err
}

var errNothing = errors.New("nothing")

// lineError is what is wrong with one line.
type lineError struct{ err error }

func (e *lineError) Error() string { return e.err.Error() }
func (e *lineError) Unwrap() error { return e.err }

// isRow reports whether the line says anything: it is not empty, no comment and no header.
func (t *table) isRow(text []byte) bool {
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return false
	case text[0] == '#' && (!t.begun || t.url <= 0):
		return false // elsewhere it may be the value of another column
	case t.begun:
		return true
	case len(text) == len("sep=;") && bytes.HasPrefix(text, []byte("sep=")):
		return false // spreadsheets write it for themselves
	}
	t.begun = true
	return !t.header(text)
}

// header reports whether the line is one, and learns its columns.
func (t *table) header(text []byte) bool {
	for _, separator := range []byte{'\t', ',', ';'} {
		t.row.separator = separator
		if t.row.feed(text) {
			t.row.quoted = false
			continue
		}
		if t.url = t.row.column("url"); t.url >= 0 {
			t.weight = t.row.column("weight")
			return true
		}
	}
	t.row.separator = ','
	return false
}

// whole reads a row that may go over several lines. Where a quote is never closed, only its line is lost.
func (t *table) whole(first line) error {
	if !t.row.feed(first.text) {
		return nil
	}
	var taken []line
	for size := len(first.text); size <= maxLine; {
		one, err := t.lines.next()
		if err != nil {
			break // it comes again, or was one of a line too long, in which a quote cannot end
		}
		one.text = bytes.Clone(one.text)
		taken = append(taken, one)
		if !t.row.feed(one.text) {
			return nil
		}
		size += len(one.text) + 1
	}
	t.row.quoted = false
	t.lines.back(taken)
	return &lineError{errOpenQuote}
}

// plain reads a line of a list without a header: url, or url and weight with a comma or tab between. A URL that itself
// ends in a comma and a number is written in quotes.
func (t *table) plain(text []byte) (url, weight []byte, err error) {
	text = bytes.TrimSpace(text)
	if text[0] == '"' {
		if t.row.feed(text) {
			t.row.quoted = false
			return nil, nil, &lineError{errOpenQuote}
		}
		return t.row.at(0), t.row.at(1), nil
	}
	if i := bytes.LastIndexAny(text, ",\t"); i > 0 {
		tail := bytes.TrimSpace(text[i+1:])
		if isNumber(tail) {
			return bytes.TrimSpace(text[:i]), tail, nil
		}
	}
	return text, nil, nil
}

// isNumber reports whether text is written in digits, perhaps with a sign and a point.
func isNumber(text []byte) bool {
	digits := bytes.TrimLeft(text, "+-")
	return len(digits) > 0 && len(bytes.Trim(digits, "0123456789.")) == 0 && digits[0] != '.' && len(text)-len(digits) <= 1
}

// parseWeight reads a weight; one that is not written is 0.
func parseWeight(text []byte) (float64, error) {
	if len(text) == 0 {
		return 0, nil
	}
	w, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(w > 0 && w <= maxWeight) {
		return 0, fmt.Errorf("the weight %.40q is not a number above 0 and at most %g", text, maxWeight)
	}
	return w, nil
}
