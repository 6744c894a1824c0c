package accesslog

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"

	"github.com/edgewarm/edgewarm/internal/inflate"
)

// headSize and tailSize are how much of the beginning and of the end of what was read tells a log from others: lines of
// requests have their times, so that a few of them are alike in no two logs.
const (
	headSize = 1 << 10
	tailSize = 4 << 10
)

// ErrChanged is returned by Continue for a log that no longer begins with what was read of it.
var ErrChanged = errors.New("the log is not what it was when it was read")

// Place is how far a log was read, and what tells the log from others. Its zero value is the beginning. Offsets are of
// decoded bytes, so that a log is the same before and after it was compressed.
type Place struct {
	// End is how much was read. What comes after Offset was a line without an end that did not fit: it is read again.
	End, Offset int64
	// Half says that Offset is within a line that was read without its end: the rest of it is passed by.
	Half bool
	// Line is the number of lines up to Offset.
	Line int
	// Head is the fingerprint of the first HeadSize bytes, Tail that of the last TailSize up to End.
	HeadSize, TailSize int
	Head, Tail         uint64
	// Packed is the size of a compressed log that ended where a compressed stream did, and PackedTail the fingerprint of
	// its last bytes: streams that are appended to it are read without those before them. 0: it did not, or is plain.
	Packed     int64
	PackedTail uint64
}

// Head returns the decoded bytes that a log begins with, as many as a Place holds the fingerprint of at most. A log that
// cannot be decoded has none.
func Head(r io.Reader) []byte {
	z, err := inflate.NewReader(r, defaultMaxBytes)
	if err != nil {
		return nil
	}
	defer z.Close()
	head := make([]byte, headSize)
	n, _ := io.ReadFull(z, head)
	return head[:n]
}

// Begin looks at how a log begins: head is its Head, whole the log from its beginning.
func Begin(r io.Reader) (head []byte, whole io.Reader, err error) {
	if s, ok := r.(io.Seeker); ok {
		head = Head(r)
		_, err = s.Seek(0, io.SeekStart)
		return head, r, err
	}
	var read bytes.Buffer
	head = Head(io.TeeReader(r, &read))
	return head, io.MultiReader(&read, r), nil
}

// Fingerprint is that of HeadSize bytes of a Head.
func Fingerprint(head []byte) uint64 { return fingerprint(head) }

func fingerprint(b []byte) uint64 {
	sum := sha256.Sum256(b)
	return binary.LittleEndian.Uint64(sum[:])
}

func (p Place) begins(head []byte) bool {
	return p.HeadSize > 0 && len(head) >= p.HeadSize && fingerprint(head[:p.HeadSize]) == p.Head
}

// tracker notes what is read through it: how much, and the bytes at both ends.
type tracker struct {
	src  io.Reader
	n    int64
	head []byte
	tail []byte
	// keep is how much of the tail is of use.
	keep int
}

func (t *tracker) Read(p []byte) (int, error) {
	n, err := t.src.Read(p)
	t.note(p[:n])
	return n, err
}

func (t *tracker) note(b []byte) {
	t.n += int64(len(b))
	if missing := headSize - len(t.head); missing > 0 {
		t.head = append(t.head, b[:min(missing, len(b))]...)
	}
	if len(b) >= t.keep {
		t.tail = append(t.tail[:0], b[len(b)-t.keep:]...)
		return
	}
	if extra := len(t.tail) + len(b) - t.keep; extra > t.keep { // seldom, so that small reads cost little
		t.tail = append(t.tail[:0], t.tail[extra:]...)
	}
	t.tail = append(t.tail, b...)
}

// last is the end of what was read, of at most n bytes.
func (t *tracker) last(n int) []byte { return t.tail[max(0, len(t.tail)-n):] }
