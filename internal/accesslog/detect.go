package accesslog

import (
	"bytes"
)

// sampleLines is how many lines Detect looks at. A handful of odd ones among them must not lead it astray.
const sampleLines = 64

// Detect finds the format from the decoded beginning of a log, of which an incomplete last line is left out if there
// are others. The zero Format without an error is an empty log. More than half of the lines must fit, or it is an *Error
// with the first that does not.
func Detect(head []byte) (Format, error) {
	lines := sampled(head)
	if len(lines) == 0 {
		return Format{}, nil
	}
	best, most := Format{}, 0
	firstBad := 0
	for _, c := range candidates {
		score, wrong := c.score(lines)
		if score > most {
			best, most, firstBad = c.format(lines), score, wrong
		}
	}
	if most == 0 {
		return Format{}, &Error{Op: "detect", Err: ErrFormat, Line: lines[firstBad].number, Text: quote(lines[firstBad].text)}
	}
	return best, nil
}

type numbered struct {
	number int
	text   []byte
}

// sampled returns the first lines that are not blank.
func sampled(head []byte) []numbered {
	var lines []numbered
	for n := 1; len(head) > 0 && len(lines) < sampleLines; n++ {
		line, rest, whole := bytes.Cut(head, []byte("\n"))
		if !whole && len(lines) > 0 {
			break
		}
		if line = trim(line); len(line) > 0 {
			lines = append(lines, numbered{n, line})
		}
		head = rest
	}
	return lines
}

// candidate is a format that lines are tried with.
type candidate struct {
	name string
	// strict is what decides on the name, where that is more than the parser.
	rename func(p parser) string
}

// candidates are tried in this order; of those that fit the same number of lines the first is taken. A vhost line is
// also a combined one, with a strange user; and a URL and its weight is the least that a line can be.
var candidates = []candidate{
	{name: "json", rename: func(p parser) string { return p.(*jsonLines).dialect() }},
	{name: "w3c", rename: func(p parser) string { return p.(*table).dialect() }},
	{name: "vhost"},
	{name: "combined", rename: func(p parser) string { return p.(*template).dialect() }},
	{name: "csv"},
	{name: "tsv"},
}

// score is how many lines fit, 0 when they are not more than half, and which is the first that does not. Headers alone
// make a log without requests.
func (c candidate) score(lines []numbered) (fits, firstBad int) {
	p := builtin[c.name]()
	headers, wrong := 0, 0
	for i, l := range lines {
		switch p.parse(l.text, func(*Record) {}) {
		case fine:
			fits++
		case none:
			headers++
		case bad:
			if wrong == 0 {
				firstBad = i
			}
			wrong++
		}
	}
	if fits+headers <= wrong || fits == 0 && wrong > 0 {
		return 0, firstBad
	}
	return fits + headers, firstBad
}

// format is that of the candidate, under the name that the lines show.
func (c candidate) format(lines []numbered) Format {
	f := Format{c.name, builtin[c.name]}
	if c.rename == nil {
		return f
	}
	p := builtin[c.name]()
	for _, l := range lines {
		p.parse(l.text, func(*Record) {})
	}
	if name := c.rename(p); name != "" {
		f.name = name
	}
	return f
}
