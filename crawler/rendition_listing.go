package crawler

import "encoding/binary"

// How a rendition is written in a listing; see items.
const (
	renditionNone = iota
	renditionInherited
	renditionDefault  // bits, of one that is written out
	renditionFailover = renditionDefault << 1
	renditionWritten  = renditionFailover << 1
)

// words are the strings of a rendition.
func (r *Rendition) words() [5]*string {
	return [...]*string{&r.Type, &r.Codecs, &r.Language, &r.Group, &r.Name}
}

// fits reports whether it can be written.
func (r *Rendition) fits() bool {
	if r == nil {
		return true
	}
	for _, w := range r.words() {
		if len(*w) > maxListedWord {
			return false
		}
	}
	return true
}

// appendTo appends the rendition; inherited, that of the document, is not written out, since it may be another the next time.
func (r *Rendition) appendTo(b []byte, inherited *Rendition) []byte {
	switch r {
	case nil:
		return append(b, renditionNone)
	case inherited:
		return append(b, renditionInherited)
	}
	flags := renditionWritten
	if r.Default {
		flags |= renditionDefault
	}
	if r.Failover {
		flags |= renditionFailover
	}
	b = append(b, byte(flags))
	for _, w := range r.words() {
		b = appendWord(b, *w)
	}
	for _, n := range [...]int64{r.Bandwidth, r.AverageBandwidth, int64(r.Width), int64(r.Height)} {
		b = binary.AppendVarint(b, n)
	}
	return b
}

// rendition reads what appendTo wrote.
func (u *unpacker) rendition(inherited *Rendition) *Rendition {
	flags := u.number(renditionWritten | renditionFailover | renditionDefault)
	if flags&renditionWritten == 0 {
		if flags == renditionInherited {
			return inherited
		}
		u.bad = u.bad || flags != renditionNone
		return nil
	}
	r := &Rendition{Default: flags&renditionDefault != 0, Failover: flags&renditionFailover != 0}
	for _, w := range r.words() {
		*w = u.word(maxListedWord)
	}
	r.Bandwidth, r.AverageBandwidth = u.signed(), u.signed()
	r.Width, r.Height = int(u.signed()), int(u.signed())
	return r
}
