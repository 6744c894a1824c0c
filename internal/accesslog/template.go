package accesslog

import "bytes"

// template reads lines in which fields stand between fixed texts, as the log_format of nginx and the LogFormat of Apache
// describe them.
type template struct {
	draft
	prefix []byte
	ops    []op
	// enough is how many fields a line must have; what comes after them may be cut off or missing.
	enough int
	// whole tells whether any line had every field.
	whole bool
	// target tells that some field has what was requested.
	target bool
}

// op is a field and the text that ends it; without one it goes on to the next space, or to the end of the line.
type op struct {
	alias alias
	until []byte
	// keep says that the next field begins with that text.
	keep bool
}

func (t *template) parse(line []byte, emit func(*Record)) verdict {
	t.reset()
	if !bytes.HasPrefix(line, t.prefix) {
		return bad
	}
	line = line[len(t.prefix):]
	for i := range t.ops {
		o := &t.ops[i]
		end, next := o.end(line)
		if end < 0 {
			if i+1 < t.enough {
				return bad
			}
			end = upToSpace(line)
		}
		if o.alias.field != ignored && !t.set(o.alias, line[:end]) {
			return bad
		}
		if next < 0 {
			break
		}
		t.whole = t.whole || i+1 == len(t.ops)
		line = line[next:]
	}
	t.assume()
	emit(&t.rec)
	return fine
}

// dialect tells common logs from combined ones.
func (t *template) dialect() string {
	if t.whole {
		return "combined"
	}
	return "common"
}

// end returns where the field ends and what follows it begins; end is negative when its text is not in the line, next
// when nothing can follow.
func (o *op) end(line []byte) (end, next int) {
	switch {
	case len(o.until) == 0:
		i := upToSpace(line)
		return i, i
	case len(o.until) == 1 && o.until[0] != '"':
		if i := indexFrom(line, 0, o.until[0]); i >= 0 && o.keep {
			return i, i
		} else if i >= 0 {
			return i, i + 1
		}
		return -1, -1
	}
	for from := 0; ; {
		i := indexFrom(line, from, o.until[0])
		if i < 0 {
			return -1, -1
		}
		if bytes.HasPrefix(line[i:], o.until) && (o.until[0] != '"' || !escaped(line, i)) {
			return i, i + len(o.until)
		}
		from = i + 1
	}
}

// escaped tells whether the byte at i has an odd number of backslashes before it.
func escaped(b []byte, i int) bool {
	n := 0
	for i > n && b[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

func upToSpace(line []byte) int {
	if i := bytes.IndexByte(line, ' '); i >= 0 {
		return i
	}
	return len(line)
}
