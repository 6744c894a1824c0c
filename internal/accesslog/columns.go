package accesslog

import (
	"fmt"
	"slices"
	"strings"
)

// sheet reads a table of unknown columns: its first line tells whether it is a header or already a URL and its weight.
type sheet struct {
	comma byte
	inner parser
}

func (s *sheet) parse(line []byte, emit func(*Record)) verdict {
	if s.inner != nil {
		return s.inner.parse(line, emit)
	}
	if t := header(line, s.comma); t != nil {
		s.inner = t
		return none
	}
	w := &weights{comma: s.comma}
	v := w.parse(line, emit)
	if v == fine {
		s.inner = w
	}
	return v
}

// header reads the first line of a table as names; nil when none of them is what was requested.
func header(line []byte, comma byte) *table {
	t := &table{comma: comma, header: append([]byte(nil), line...)}
	rest := line
	for rest != nil && len(t.columns) < maxColumns {
		var cell []byte
		cell, rest = t.cell(rest)
		t.columns = append(t.columns, column(strings.TrimSpace(string(cell))))
	}
	if rest != nil || !t.names(target) || !t.names(status) && !t.names(weight) {
		return nil
	}
	return t
}

// names tells whether a column is that field.
func (t *table) names(f field) bool {
	return slices.ContainsFunc(t.columns, func(a alias) bool { return a.field.slot() == f })
}

// column is what the name of a column means, in whatever case.
func column(name string) alias {
	for _, n := range []string{name, strings.ToLower(name)} {
		for _, table := range []map[string]alias{names, columns} {
			if a, ok := table[n]; ok && a.field != object {
				return a
			}
		}
	}
	return alias{}
}

// columnFormat is the format of a table whose columns the config names, since the log does not: "_" passes one by.
func columnFormat(list string, comma byte) (Format, error) {
	t := table{comma: comma}
	for name := range strings.SplitSeq(list, ",") {
		t.columns = append(t.columns, column(strings.TrimPrefix(strings.TrimSpace(name), "$")))
	}
	if !t.names(target) {
		return Format{}, errNoTarget
	}
	if len(t.columns) > maxColumns {
		return Format{}, fmt.Errorf("more than %d columns", maxColumns)
	}
	return Format{"custom", func() parser { c := t; return &c }}, nil
}

// keyFormat is the format of JSON lines whose keys the config tells, by a log_format that writes them. Keys that are
// known anyway need no mention.
func keyFormat(s string) (Format, error) {
	keys := make(map[string]alias, len(names))
	for name, a := range names {
		keys[name] = a
	}
	found := false
	for rest := s; ; {
		name, value, after, ok := member(rest)
		if !ok {
			break
		}
		rest = after
		a := meaning(value)
		if a.field == ignored {
			continue
		}
		a.rank = 200 // what the user says beats what is guessed
		keys[name] = a
		found = found || a.field.slot() == target
	}
	if !found {
		return Format{}, errNoTarget
	}
	return Format{"custom", func() parser { return &jsonLines{names: keys} }}, nil
}

// member reads the next "key": value of a format string, whose values need not be JSON: $status stands without quotes.
func member(s string) (name, value, rest string, ok bool) {
	for {
		_, after, found := strings.Cut(s, `"`)
		name, rest, closed := strings.Cut(after, `"`)
		if !found || !closed {
			return "", "", "", false
		}
		rest = strings.TrimLeft(rest, " \t\n")
		if rest, ok = strings.CutPrefix(rest, ":"); !ok {
			s = rest
			continue
		}
		rest = strings.TrimLeft(rest, " \t\n")
		if quoted, ok := strings.CutPrefix(rest, `"`); ok {
			value, rest, _ = strings.Cut(quoted, `"`)
			return name, value, rest, true
		}
		end := strings.IndexAny(rest, ",}")
		if end < 0 {
			end = len(rest)
		}
		return name, strings.TrimSpace(rest[:end]), rest[end:], true
	}
}

// meaning is what a value of a format string stands for: one variable, the name of one, or a URL that is made of some.
func meaning(value string) alias {
	if !strings.HasPrefix(value, "$") && names[value].field != object {
		if a, ok := names[value]; ok {
			return a
		}
	}
	if strings.HasPrefix(value, "$") {
		if name, n := variable(value); n == len(value) {
			return names[name]
		}
	}
	if strings.Contains(value, "://") && strings.Contains(value, "uri") {
		return alias{field: target}
	}
	return alias{}
}
