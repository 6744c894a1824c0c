package sitemap

import (
	"bytes"
	"io"
)

// window is what is held of the document: the bytes from the token that is read now to the last that came in.
type window struct {
	src  io.Reader
	buf  []byte
	pos  int   // where the next token begins
	end  int   // of what was read
	off  int64 // of buf[0] in the document
	line int   // line ends before buf[0]
	err  error // of src; io.EOF at its end
}

const (
	// firstWindow holds some hundred entries, and is what most documents need.
	firstWindow = 64 << 10
	// maxWindow bounds one token: a comment, a CDATA section, a text. Nothing longer is a URL.
	maxWindow = 1 << 20
	// leastRead keeps tokens that are scanned again after more was read from being scanned at every byte of a slow body, and
	// the window from being moved for the few kilobytes that a decoder gives out at a time.
	leastRead = 16 << 10
	// maxEmptyReads is how often a reader may return nothing before it is taken for broken, as in bufio.
	maxEmptyReads = 100
)

// unread returns the bytes from the next token on.
func (w *window) unread() []byte { return w.buf[w.pos:w.end] }

// more reads until the unread bytes have doubled, so that a token scanned from its start at each call costs linear time.
// It returns false when there is nothing more, or when the unread bytes fill the largest window.
func (w *window) more() bool {
	have := w.end - w.pos
	if w.err != nil || have >= maxWindow {
		return false
	}
	w.room(have)
	for want := max(2*have, leastRead); w.end-w.pos < min(want, len(w.buf)-w.pos) && w.err == nil; {
		w.read()
	}
	return w.end-w.pos > have
}

// room makes place for as much again as is unread.
func (w *window) room(have int) {
	if len(w.buf)-w.pos >= max(2*have, leastRead) && w.end < len(w.buf) {
		return
	}
	size := max(len(w.buf), firstWindow)
	for size < maxWindow && size < 2*have {
		size *= 2
	}
	to := w.buf
	if size > len(w.buf) {
		to = make([]byte, size)
	}
	w.off += int64(w.pos)
	w.line += bytes.Count(w.buf[:w.pos], newline)
	w.end = copy(to, w.unread())
	w.buf, w.pos = to, 0
}

func (w *window) read() {
	for range maxEmptyReads {
		n, err := w.src.Read(w.buf[w.end:])
		w.end += n
		w.err = err
		if n > 0 || err != nil {
			return
		}
	}
	w.err = io.ErrNoProgress
}

// nextMark goes to the next <. It returns false at the end of the document.
func (w *window) nextMark() bool {
	for {
		if i := bytes.IndexByte(w.unread(), '<'); i >= 0 {
			w.pos += i
			return true
		}
		w.pos = w.end
		if !w.more() {
			return false
		}
	}
}

// need tells whether n unread bytes could be had.
func (w *window) need(n int) bool {
	for w.end-w.pos < n {
		if !w.more() {
			return false
		}
	}
	return true
}

// offset is where the next token stands in the document.
func (w *window) offset() int64 { return w.off + int64(w.pos) }

// lineAt is the line of an offset, from 1; 0 where it is in the window no more.
func (w *window) lineAt(offset int64) int {
	if offset < w.off {
		return 0
	}
	return w.line + bytes.Count(w.buf[:offset-w.off], newline) + 1
}

var newline = []byte{'\n'}
