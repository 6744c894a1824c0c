package crawler

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// The items of a listing are written one after the other, each as what differs from the one before: in a playlist that is
// a few bytes of the URL, in a sitemap the end of the URL and a date. An item begins with the bits of the fields that
// differ, the length of what its URL has in common with the one before, and the rest of it.
const (
	hasKind = 1 << iota
	hasRole
	hasLastMod
	hasPriority
	hasChangeFreq
	isClosed
	isGuess
	isAd
	hasRendition
	hasPublished
	hasNumbers // and so on for each of numbers
)

// numbers are those of an item.
type numbers [6]int64

func numbersOf(i *item) numbers {
	return numbers{int64(i.Duration), int64(i.Start), i.Bandwidth, int64(i.Index), i.Bytes, i.Views}
}

// after is what the numbers of the item after these are expected to be: it starts where this one ends, and where this one
// plays it is the next.
func (n numbers) after() numbers {
	n[1] += n[0]
	if n[0] > 0 {
		n[3]++
	}
	return n
}

func (n numbers) set(i *item) {
	i.Duration, i.Start = time.Duration(n[0]), time.Duration(n[1])
	i.Bandwidth, i.Index, i.Bytes, i.Views = n[2], int(n[3]), n[4], n[5]
}

// kinds are those of resources, by their numbers in a listing.
var kinds = []Kind{"", Site, Sitemap, Page, Playlist, Segment, Init, Key, Subtitle, Image, Media, Asset}

// fits reports whether the item can be written as it is.
func fits(i *item) bool {
	return slices.Contains(kinds, i.Kind) && isPlain(i.URL) && len(i.Role) <= maxListedWord && i.Rendition.fits() &&
		len(i.ChangeFreq) <= maxListedWord && i.Priority >= 0 && i.LastMod.Location() == time.UTC && i.Published.Location() == time.UTC
}

// isPlain reports whether s looks like a URL in its normal form.
func isPlain(s string) bool {
	return len(s) <= urlkey.MaxLength && isWeb(s) && isPrintable(s)
}

func isWeb[T string | []byte](s T) bool {
	begin := string(s[:min(len(s), len("https://"))])
	return begin == "https://" || strings.HasPrefix(begin, "http://")
}

func isPrintable[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// appendItem appends the item, which follows last. inherited is the rendition of the document itself.
func appendItem(b []byte, i, last *item, inherited *Rendition) []byte {
	now, expected := numbersOf(i), numbersOf(last).after()
	same := common(i.URL, last.URL)
	b = binary.AppendUvarint(b, differences(i, last, now, expected))
	b = binary.AppendUvarint(b, uint64(same))
	b = appendWord(b, i.URL[same:])
	if i.Kind != last.Kind {
		b = append(b, byte(slices.Index(kinds, i.Kind)))
	}
	if i.Role != last.Role {
		b = appendWord(b, i.Role)
	}
	if !i.LastMod.Equal(last.LastMod) {
		b = appendTime(b, i.LastMod)
	}
	if i.Priority != last.Priority {
		b = binary.AppendUvarint(b, math.Float64bits(i.Priority))
	}
	if i.ChangeFreq != last.ChangeFreq {
		b = appendWord(b, i.ChangeFreq)
	}
	if i.Rendition != last.Rendition {
		b = i.Rendition.appendTo(b, inherited)
	}
	if !i.Published.Equal(last.Published) {
		b = appendTime(b, i.Published)
	}
	for k := range now {
		if now[k] != expected[k] {
			b = binary.AppendVarint(b, now[k])
		}
	}
	return b
}

func appendTime(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
}

// common is how many bytes a and b begin with in common.
func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// differences are the bits that an item begins with.
func differences(i, last *item, now, expected numbers) (has uint64) {
	set := func(bit uint64, differs bool) {
		if differs {
			has |= bit
		}
	}
	set(hasKind, i.Kind != last.Kind)
	set(hasRole, i.Role != last.Role)
	set(hasLastMod, !i.LastMod.Equal(last.LastMod))
	set(hasPriority, i.Priority != last.Priority)
	set(hasChangeFreq, i.ChangeFreq != last.ChangeFreq)
	set(isClosed, i.closed)
	set(isGuess, i.guess)
	set(isAd, i.Ad)
	set(hasRendition, i.Rendition != last.Rendition)
	set(hasPublished, !i.Published.Equal(last.Published))
	for k := range now {
		set(hasNumbers<<k, now[k] != expected[k])
	}
	return has
}

// items reads the items of a listing, through a window on what is unpacked. After something that cannot be, bad is set and
// nothing follows.
type items struct {
	unpacker // of what is in the window
	packed   bytes.Reader
	flate    io.ReadCloser
	window   []byte
	unpacked int  // bytes so far
	ended    bool // the window has the end
	url      []byte
	last     item
	// inherited is the rendition of the document itself.
	inherited *Rendition
}

const (
	windowSize = 64 << 10
	// maxItem is more than one item can take: a URL, two words, five of a rendition, and some numbers.
	maxItem = urlkey.MaxLength + 7*maxListedWord + 512
)

// itemReaders hold what is large of a reader of compressed bytes.
var itemReaders = sync.Pool{New: func() any {
	s := &items{window: make([]byte, windowSize)}
	s.flate = flate.NewReader(&s.packed)
	return s
}}

// items returns the reader of what the document of a rendition listed.
func (l *listing) items(inherited *Rendition) *items {
	s := itemReaders.Get().(*items)
	s.inherited = inherited
	s.packed.Reset(l.packed)
	s.ended = false
	s.rewind()
	return s
}

// rewind begins again. What fits into the window is unpacked once.
func (s *items) rewind() {
	s.url, s.last = s.url[:0], item{}
	if s.ended && s.unpacked < windowSize {
		s.unpacker = unpacker{rest: s.window[:s.unpacked]}
		return
	}
	_, _ = s.packed.Seek(0, io.SeekStart)              // a bytes.Reader can
	_ = s.flate.(flate.Resetter).Reset(&s.packed, nil) // its error is that of a dictionary, which there is none of
	s.unpacker, s.unpacked, s.ended = unpacker{}, 0, false
}

// close gives the reader back.
func (s *items) close() {
	s.packed.Reset(nil)
	s.last, s.rest, s.inherited = item{}, nil, nil
	itemReaders.Put(s)
}

// whole reports whether so many items can be read and are such as add takes, and nothing follows. Nothing may be listed of
// a listing that is not.
func (s *items) whole(count int) bool {
	for range count {
		if !s.read() {
			return false
		}
	}
	s.fill()
	return s.ended && !s.bad && len(s.rest) == 0
}

// next reads the next item into i, of a listing that is whole.
func (s *items) next(i *item) {
	s.read()
	*i = s.last
	i.URL = string(s.url)
}

// read reads the next item into last, but for its URL.
func (s *items) read() bool {
	s.fill()
	i := &s.last
	expected := numbersOf(i).after()
	has := s.number(hasNumbers<<len(expected) - 1)
	s.readURL()
	if has&hasKind != 0 {
		i.Kind = kinds[s.number(uint64(len(kinds)-1))]
	}
	if has&hasRole != 0 {
		i.Role = s.word(maxListedWord)
	}
	if has&hasLastMod != 0 {
		i.LastMod = s.time()
	}
	if has&hasPriority != 0 {
		i.Priority = math.Float64frombits(s.number(math.MaxUint64))
	}
	if has&hasChangeFreq != 0 {
		i.ChangeFreq = s.word(maxListedWord)
	}
	i.closed, i.guess, i.Ad = has&isClosed != 0, has&isGuess != 0, has&isAd != 0
	if has&hasRendition != 0 {
		i.Rendition = s.rendition(s.inherited)
	}
	if has&hasPublished != 0 {
		i.Published = s.time()
	}
	for k := range expected {
		if has&(hasNumbers<<k) != 0 {
			expected[k] = s.signed()
		}
	}
	expected.set(i)
	return !s.bad && i.Priority >= 0
}

func (s *items) time() time.Time { return time.Unix(s.signed(), int64(s.number(1e9-1))).UTC() }

func (s *items) readURL() {
	same := int(s.number(uint64(len(s.url))))
	rest := s.bytes(urlkey.MaxLength - same)
	s.url = append(s.url[:same], rest...)
	// What it has in common with the one before was looked at there.
	if !isPrintable(rest) || same < len("https://") && !isWeb(s.url) {
		s.bad = true
	}
}

// fill sees to it that the window has all of the next item.
func (s *items) fill() {
	if s.ended || len(s.rest) >= maxItem {
		return
	}
	n := copy(s.window, s.rest)
	for n < len(s.window) && !s.ended {
		read, err := s.flate.Read(s.window[n:])
		n, s.unpacked = n+read, s.unpacked+read
		s.ended = err != nil
		if err != nil && err != io.EOF || s.unpacked > maxPlain {
			s.bad, s.ended, n = true, true, 0
		}
	}
	s.rest = s.window[:n]
}
