package hls

import (
	"slices"
	"time"
)

// readCollapsed reads a media playlist twice: what all ranges of a URL come to is known at its end only, and has to be
// said at its first place.
func (r *reader) readCollapsed(text string) {
	var c Collapser
	first := &reader{base: r.base, raw: r.raw, o: r.o, vars: r.vars, emit: c.Gather}
	first.readMedia(text)
	r.emit = c.Emit(r.emit)
	r.readMedia(text)
}

// Collapser makes one entry of all entries of one URL, in two readings of the same document: Gather takes the entries of
// the first, and what Emit returns those of the second.
type Collapser struct{ unions map[string]*union }

// Emit returns a callback that hands on to emit each URL once, with the union of its ranges.
func (c *Collapser) Emit(emit func(*Entry) bool) func(*Entry) bool {
	return func(e *Entry) bool {
		u := c.unions[e.URL]
		if u == nil || !joins(e) {
			return emit(e)
		}
		if u.done {
			return true
		}
		u.done = true
		u.fill(e)
		return emit(e)
	}
}

// union is what all entries of one URL come to.
type union struct {
	kind     Kind
	role     string
	duration time.Duration
	ranges   []Range
	whole    bool // one entry wants all of the resource
	bytes    int64
	done     bool
}

// joins says whether an entry is part of a file that others are part of too.
func joins(e *Entry) bool {
	return (e.Kind == Segment && e.Role != RoleGap && e.Role != RoleReport) || e.Kind == Init || e.Kind == Image
}

// Gather adds an entry to the union of its URL. It is always true.
func (c *Collapser) Gather(e *Entry) bool {
	if !joins(e) {
		return true
	}
	if c.unions == nil {
		c.unions = map[string]*union{}
	}
	u := c.unions[e.URL]
	if u == nil {
		u = &union{kind: e.Kind, role: e.Role}
		c.unions[e.URL] = u
	}
	if rank(e.Kind, e.Role) < rank(u.kind, u.role) {
		u.kind, u.role = e.Kind, e.Role
	}
	if e.Role == "" && e.Kind != Init {
		u.duration = add(u.duration, e.Duration)
	}
	if len(e.Ranges) == 0 {
		u.whole, u.bytes = true, max(u.bytes, e.Bytes)
	} else {
		u.ranges = append(u.ranges, e.Ranges...)
	}
	return true
}

// rank orders what a file is when it is several things: whole segments before parts and hints, before init sections.
func rank(k Kind, role string) int {
	switch {
	case k == Init:
		return 3
	case role == RoleHint:
		return 2
	case role == RolePart:
		return 1
	}
	return 0
}

func (u *union) fill(e *Entry) {
	e.Kind, e.Role, e.Duration = u.kind, u.role, max(u.duration, e.Duration)
	if u.whole {
		e.Ranges, e.Bytes = nil, max(u.bytes, total(merge(u.ranges)))
		return
	}
	e.Ranges = merge(u.ranges)
	e.Bytes = total(e.Ranges)
}

// merge sorts ranges and joins those that touch or overlap.
func merge(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int {
		switch {
		case a.Offset < b.Offset:
			return -1
		case a.Offset > b.Offset:
			return 1
		}
		return 0
	})
	var out []Range
	for _, r := range ranges {
		if len(out) == 0 {
			out = append(out, r)
			continue
		}
		last := &out[len(out)-1]
		switch {
		case last.Length == 0: // has no end
		case r.Offset > last.Offset+last.Length:
			out = append(out, r)
		case r.Length == 0:
			last.Length = 0
		default:
			last.Length = max(last.Length, r.Offset+r.Length-last.Offset)
		}
	}
	return out
}

// total is how many bytes ranges have, 0 when one has no end.
func total(ranges []Range) int64 {
	var n int64
	for _, r := range ranges {
		if r.Length == 0 {
			return 0
		}
		n += r.Length
	}
	return n
}
