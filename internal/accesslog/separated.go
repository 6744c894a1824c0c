package accesslog

import "bytes"

// maxColumns bounds the columns of a table; the widest logs have about a hundred.
const maxColumns = 512

// table reads lines of columns that a header or the config names: CSV, TSV, W3C extended, CloudFront.
type table struct {
	draft
	columns []alias
	// comma is what is between columns, 0 when the first line is to tell between tab and space.
	comma byte
	// w3c says that lines with a # are directives, of which #Fields names the columns.
	w3c bool
	// edge tells that there are fields of CloudFront.
	edge bool
	// header is the line that named the columns: it may come again where files were joined.
	header []byte
}

func (t *table) parse(line []byte, emit func(*Record)) verdict {
	if t.w3c && line[0] == '#' {
		if rest, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
			t.columns, t.comma = fieldsOf(rest), 0
			t.edge = bytes.Contains(rest, []byte(" x-edge-"))
		}
		return none
	}
	if len(t.header) > 0 && bytes.Equal(line, t.header) {
		return none
	}
	if t.comma == 0 {
		t.comma = ' '
		if bytes.IndexByte(line, '\t') >= 0 {
			t.comma = '\t'
		}
	}
	t.reset()
	for i, a := range t.columns {
		if line == nil {
			return bad
		}
		var v []byte
		v, line = t.cell(line)
		if !t.set(a, v) {
			return bad
		}
		if i+1 == len(t.columns) && len(line) > 0 {
			return bad
		}
	}
	if !t.complete() {
		return bad
	}
	if t.has(weight) && t.rec.Weight > 0 {
		t.rec.Bytes = int64(float64(t.rec.Bytes) / t.rec.Weight) // a row has the bytes of all its requests
	}
	emit(&t.rec)
	return fine
}

// cell takes the first column off a line; the rest is nil when it was the last.
func (t *table) cell(line []byte) (v, rest []byte) {
	if len(line) > 0 && line[0] == '"' {
		if v, rest, ok := t.quoted(line); ok {
			return v, rest
		}
	}
	i := bytes.IndexByte(line, t.comma)
	if i < 0 {
		return line, nil
	}
	return line[:i], line[i+1:]
}

// quoted takes a cell in quotes off a line; a quote within is written twice. It is false when the quotes do not end a
// cell: then they are part of it.
func (t *table) quoted(line []byte) (v, rest []byte, ok bool) {
	doubled := false
	for i := 1; ; i++ {
		j := bytes.IndexByte(line[i:], '"')
		if j < 0 {
			return nil, nil, false
		}
		i += j
		if i+1 < len(line) && line[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		v = line[1:i]
		if doubled {
			v = bytes.ReplaceAll(v, []byte(`""`), []byte(`"`))
		}
		if i+1 == len(line) {
			return v, nil, true
		}
		if line[i+1] != t.comma {
			return nil, nil, false
		}
		return v, line[i+2:], true
	}
}

// dialect tells CloudFront's logs by the fields that only they have.
func (t *table) dialect() string {
	if t.edge {
		return "cloudfront"
	}
	return "w3c"
}

// fieldsOf reads what follows #Fields:.
func fieldsOf(line []byte) []alias {
	var columns []alias
	for name := range bytes.FieldsSeq(line) {
		if len(columns) == maxColumns {
			break
		}
		columns = append(columns, w3c[string(name)])
	}
	return columns
}

// weights reads lines of a URL and a number, without a header. The number is the last column, for a URL may hold commas.
type weights struct {
	draft
	comma byte
}

func (w *weights) parse(line []byte, emit func(*Record)) verdict {
	i := bytes.LastIndexByte(line, w.comma)
	if i <= 0 {
		return bad
	}
	w.reset()
	url := bytes.TrimSpace(line[:i])
	if n := len(url); n > 1 && url[0] == '"' && url[n-1] == '"' {
		url = url[1 : n-1]
	}
	n := bytes.Trim(line[i+1:], " \"")
	w.draft.target(url)
	if w.rec.Path == nil || !w.set(alias{field: weight, rank: 1}, n) || !w.has(weight) {
		return bad
	}
	w.assume()
	emit(&w.rec)
	return fine
}
