package popularity

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Reasons why a snapshot is not taken up; an *Error with Op restore wraps one.
var (
	// ErrSettings is returned when it was made with other settings, under which the logs come to something else.
	ErrSettings = errors.New("it was made with other settings")
	// ErrVersion is returned when another version of edgewarm wrote it.
	ErrVersion = errors.New("another version of edgewarm wrote it")
	// ErrDamaged is returned when it is not what was written.
	ErrDamaged = errors.New("it is damaged")
)

// A snapshot is compressed with gzip, which has a checksum of it. Decompressed it is magic, the version, the length of the
// header, the header as JSON, and the entries: each its key's length and its key, its class, its profile, when it was first
// asked for, its requests, misses, bytes and what it lost.
const (
	magic           = "edgewarm demand\n"
	snapshotVersion = 1
	// maxHeader bounds what is held of the header: it has some 400 bytes for each of at most maxFiles logs.
	maxHeader = 1 << 30
)

// header is what a snapshot holds beside the entries. Numbers stay what they are: JSON has them to the last digit.
type header struct {
	Settings string
	// Entries is their number.
	Entries int
	From    int64
	Newest  int64
	Lost    float64
	Told    float64
	Hours   [][week]float64
	First   uint32
	Last    uint32
	Logs    []*counted
}

// Save writes a snapshot of what was counted, from which Restore goes on. settings is whatever else than the fields of the
// Counter has to be the same then, such as the patterns of the logs.
//
// RequestIDs and ranges are not in it: a line that repeats one of before counts once more.
func (c *Counter) Save(w io.Writer, settings string) error {
	s, err := c.start()
	if err != nil {
		return err
	}
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
	out := bufio.NewWriterSize(z, 64<<10)
	if err := s.save(out, c.settings(settings)); err != nil {
		return &Error{Op: "save", Name: "demand", Err: err}
	}
	if err := errors.Join(out.Flush(), z.Close()); err != nil {
		return &Error{Op: "save", Name: "demand", Err: err}
	}
	return nil
}

// settings are those that decide on what the logs come to.
func (c *Counter) settings(more string) string {
	return fmt.Sprintf("%q %v %v %v %v %+v %q %v %d %q", c.Format, c.HalfLife, c.Until.Unix(), c.Since.Unix(), c.Before.Unix(),
		c.Policy, c.Base, c.Raw, c.state.budget, more)
}

func (s *state) save(out io.Writer, settings string) error {
	p := &s.profiles
	head, err := json.Marshal(header{settings, s.size, s.from, s.newest, s.lost, s.told, p.hours, p.first, p.last, s.known.all()})
	if err != nil {
		return err
	}
	buf := append([]byte(magic), snapshotVersion)
	buf = append(binary.LittleEndian.AppendUint32(buf, uint32(len(head))), head...)
	if _, err := out.Write(buf); err != nil {
		return err
	}
	for i := range uint32(s.size) {
		e := s.entry(i)
		buf = append(binary.AppendUvarint(buf[:0], uint64(e.size)), s.key(e)...)
		buf = append(buf, byte(e.class), e.profile)
		buf = binary.LittleEndian.AppendUint32(buf, e.first)
		for _, f := range [...]float64{e.requests, e.misses, e.bytes, e.lost} {
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(f))
		}
		if _, err := out.Write(buf); err != nil {
			return err
		}
	}
	return nil
}

// Restore takes up what Save wrote, before anything is counted. Logs and Files then count only what is new. With an error,
// which wraps ErrSettings, ErrVersion or ErrDamaged, or is that of r, the Counter is as it was: all has to be counted again.
func (c *Counter) Restore(r io.Reader, settings string) error {
	s, err := c.start()
	if err != nil {
		return err
	}
	if err = s.restore(r, c.settings(settings)); err == nil {
		c.rebase()
		c.rescale()
		return nil
	}
	c.state = nil
	return &Error{Op: "restore", Name: "demand", Err: err}
}

func (s *state) restore(r io.Reader, settings string) error {
	z, err := gzip.NewReader(r)
	if err != nil {
		return damaged(err)
	}
	in := bufio.NewReaderSize(z, 64<<10)
	h, err := readHeader(in)
	if err != nil {
		return damaged(err)
	}
	if h.Settings != settings {
		return ErrSettings
	}
	if err := s.begin(h); err != nil {
		return err
	}
	for range h.Entries {
		if err := s.readEntry(in); err != nil {
			return damaged(err)
		}
	}
	if _, err := in.ReadByte(); err != io.EOF { // which also compares the checksum
		return ErrDamaged
	}
	return nil
}

// damaged tells what a snapshot itself is to blame for from what its storage is.
func damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return ErrDamaged
	}
	return err
}

func readHeader(in io.Reader) (header, error) {
	var h header
	begin := make([]byte, len(magic)+1+4)
	if _, err := io.ReadFull(in, begin); err != nil {
		return h, err
	}
	size := binary.LittleEndian.Uint32(begin[len(magic)+1:])
	switch {
	case string(begin[:len(magic)]) != magic || size > maxHeader:
		return h, ErrDamaged
	case begin[len(magic)] != snapshotVersion:
		return h, ErrVersion
	}
	text, err := io.ReadAll(io.LimitReader(in, int64(size)))
	if err != nil {
		return h, err
	}
	if json.Unmarshal(text, &h) != nil || len(h.Hours) > maxProfiles || h.Entries < 0 {
		return h, ErrDamaged
	}
	return h, nil
}

// begin takes up the header.
func (s *state) begin(h header) error {
	s.from, s.newest = h.From, h.Newest
	s.lost, s.told = h.Lost, h.Told
	s.profiles = profiles{ids: map[uint64]uint8{}, hours: h.Hours, first: h.First, last: h.Last}
	for _, k := range h.Logs {
		if k == nil {
			return ErrDamaged
		}
		s.known.note(k)
		k.claimed = false
	}
	return nil
}

func (s *state) readEntry(in *bufio.Reader) error {
	size, err := binary.ReadUvarint(in)
	if err != nil {
		return err
	}
	if size > urlkey.MaxLength {
		return ErrDamaged
	}
	const fixed = 1 + 1 + 4 + 4*8
	text := make([]byte, size+fixed)
	if _, err := io.ReadFull(in, text); err != nil {
		return err
	}
	key, rest := string(text[:size]), text[size:]
	e := entry{class: class(rest[0]), profile: rest[1], first: binary.LittleEndian.Uint32(rest[2:])}
	for i, f := range [...]*float64{&e.requests, &e.misses, &e.bytes, &e.lost} {
		*f = math.Float64frombits(binary.LittleEndian.Uint64(rest[6+8*i:]))
		if !(*f >= 0) || math.IsInf(*f, 0) {
			return ErrDamaged
		}
	}
	return s.take(e, key)
}

// take adds an entry as it was.
func (s *state) take(e entry, key string) error {
	if e.class >= classes || int(e.profile) >= len(s.profiles.hours) {
		return ErrDamaged
	}
	hash := maphash.String(s.seed, key) ^ tags[e.class]
	if _, twice := s.table.find(hash); twice {
		return ErrDamaged
	}
	s.profiles.ids[maphash.String(s.seed, section(key))] = e.profile
	i, dropped := s.add(hash, e.class, key)
	if dropped {
		return ErrDamaged // it held no more than fits
	}
	to := s.entry(i)
	to.requests, to.misses, to.bytes, to.lost = e.requests, e.misses, e.bytes, e.lost
	to.first, to.profile = e.first, e.profile
	return nil
}

// rebased is after how many half-lives counts are taken from a later time.
const rebased = 128

// rebase keeps counts from growing without end, as they are taken from the first request that was ever counted: it goes
// on from a whole number of half-lives later, so that every count is multiplied with a power of two and stays exact.
func (c *Counter) rebase() {
	s := c.state
	if s.newest == 0 || c.HalfLife <= 0 || c.HalfLife%1e9 != 0 || !c.Until.IsZero() {
		return
	}
	half := int64(c.HalfLife / 1e9)
	n := (s.newest - s.from) / half
	if n < rebased {
		return
	}
	s.from += n * half
	factor := math.Ldexp(1, -int(n))
	s.lost, s.told = s.lost*factor, s.told*factor
	for i := range uint32(s.size) {
		e := s.entry(i)
		e.requests, e.misses, e.bytes, e.lost = e.requests*factor, e.misses*factor, e.bytes*factor, e.lost*factor
	}
}
