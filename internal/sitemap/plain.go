package sitemap

import (
	"bytes"
	"time"
)

const (
	// plainAhead is what must be there to look at the next field: the longest, of a date with its zone.
	plainAhead = len("<lastmod>2006-01-02T15:04:05+07:00</lastmod>")
	// longestPlain is how far an entry may reach for which more is read. Each reading doubles what there is.
	longestPlain = 8 << 10
)

// plainFields are what a plain <url> says; what it does not say is zero.
type plainFields struct {
	loc        []byte // as it stands in the window
	lastMod    time.Time
	changeFreq string
	priority   float64
	seen       uint8 // bits of the fields
}

const (
	seenLastMod = 1 << iota
	seenChangeFreq
	seenPriority
)

// plainEntries reads entries as long as they have nothing but the fields of the protocol, each once at most, and values in
// the usual spelling, and lie in the window as a whole. That is how generators write them, and reading them by the letter
// takes less than half of the time of reading tags. It stops before any other, without a trace of it, so that both ways
// give the same.
func (p *parser) plainEntries() {
	if p.options.tags || p.at != outside || p.root == elemUnknown || p.feed {
		return
	}
	for !p.stop {
		p.pos += indent(p.unread())
		var f plainFields
		size := f.read(p.unread())
		for size == 0 && p.end-p.pos < longestPlain && p.more() {
			f = plainFields{}
			size = f.read(p.unread())
		}
		if size <= 0 || f.lastMod.After(p.latest) {
			return
		}
		p.emitPlain(&f)
		p.pos += size
	}
}

// read finds the fields of the entry that w begins with, and returns its length. It returns 0 when w may be too short to
// tell, and -1 when the entry is not plain.
func (f *plainFields) read(w []byte) int {
	const open = "<url>"
	if len(w) < len(open) || string(w[:len(open)]) != open {
		return -1
	}
	for i := len(open); ; {
		i += indent(w[i:])
		if i+plainAhead > len(w) {
			return 0
		}
		n := 0
		switch tag := w[i:]; tag[1] {
		case 'l':
			if tag[2] == 'a' {
				n = f.readLastMod(tag)
			} else if n = f.readLoc(tag); n == 0 && len(w) < longestPlain {
				return 0
			}
		case 'c':
			n = f.readChangeFreq(tag)
		case 'p':
			n = f.readPriority(tag)
		case '/':
			if string(tag[:6]) == "</url>" {
				return i + 6
			}
		}
		if n == 0 {
			return -1
		}
		i += n
	}
}

// indent returns how many spaces w begins with. Most of them come by the four, after the end of a line.
func indent(w []byte) int {
	i := 0
	for i < len(w) && space[w[i]] {
		i++
		for i+4 <= len(w) && string(w[i:i+4]) == "    " {
			i += 4
		}
	}
	return i
}

// readLoc reads a <loc> of any text. It returns the length of the element, like those below; 0 when it is not plain.
func (f *plainFields) readLoc(w []byte) int {
	const open, end = "<loc>", "</loc>"
	if string(w[:len(open)]) != open {
		return 0
	}
	n := bytes.IndexByte(w[len(open):], '<') + len(open)
	if f.loc != nil || n < len(open) || n+len(end) > len(w) || string(w[n:n+len(end)]) != end {
		return 0
	}
	f.loc = w[len(open):n]
	return n + len(end)
}

func (f *plainFields) readLastMod(w []byte) int {
	const open, end = "<lastmod>", "</lastmod>"
	if string(w[:len(open)]) != open {
		return 0
	}
	n := len(open) + len("2006-01-02")
	switch {
	case w[n] == '<':
	case w[n+10] == '<':
		n += 10
	case w[n+15] == '<':
		n += 15
	}
	d, ok := fixedDate(w[len(open):n])
	if f.seen&seenLastMod != 0 || !ok || !plausible(d) || string(w[n:n+len(end)]) != end {
		return 0
	}
	f.lastMod = d
	f.seen |= seenLastMod
	return n + len(end)
}

func (f *plainFields) readChangeFreq(w []byte) int {
	const open, end = "<changefreq>", "</changefreq>"
	if string(w[:len(open)]) != open {
		return 0
	}
	n := len(open) + len("daily")
	for w[n] != '<' {
		if n++; n > len(open)+len("monthly") {
			return 0
		}
	}
	word := changeFreqOf(w[len(open):n])
	if f.seen&seenChangeFreq != 0 || word == "" || string(w[n:n+len(end)]) != end {
		return 0
	}
	f.changeFreq = word
	f.seen |= seenChangeFreq
	return n + len(end)
}

func (f *plainFields) readPriority(w []byte) int {
	const open, end = "<priority>", "</priority>"
	if string(w[:len(open)]) != open {
		return 0
	}
	n := len(open) + len("0.5")
	if w[n] != '<' {
		n++
	}
	v, ok := fixedPriority(w[len(open):n])
	if f.seen&seenPriority != 0 || !ok || string(w[n:n+len(end)]) != end {
		return 0
	}
	f.priority = v
	f.seen |= seenPriority
	return n + len(end)
}

// emitPlain emits an entry whose fields were found at the next byte.
func (p *parser) emitPlain(f *plainFields) {
	p.depth = 1
	if p.isPlain(f.loc, plainText) {
		p.emitOwn(f)
		return
	}
	p.open(elemURL, nil)
	if f.loc != nil {
		p.valueAt = p.off + int64(cap(p.buf)-cap(f.loc)) // for what is told of it
		p.text = p.appendText(p.text[:0], f.loc)
		p.setLoc(p.text)
		p.valueAt = -1
	}
	p.cur.LastMod, p.cur.ChangeFreq, p.cur.Priority = f.lastMod, f.changeFreq, f.priority
	p.finish()
}

// emitOwn emits an entry whose URL is of the document's own origin and normal as it is, in memory that has never held a
// field of any other kind: clearing those costs as much as reading a date.
func (p *parser) emitOwn(f *plainFields) {
	p.openAt, p.traits = p.offset(), p.last
	e := &p.own
	e.Loc, e.LastMod, e.ChangeFreq, e.Priority = string(f.loc), f.lastMod, f.changeFreq, f.priority
	e.Kind = p.kindOf(URL, e.Loc)
	p.listed++
	p.put(e)
}
