package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/edgewarm/edgewarm/internal/warning"
)

const (
	// tolerated is the share of bad lines, one in so many, beyond which the format must be wrong.
	tolerated = 5
	// patience is after how many lines that is said without waiting for the end.
	patience = 1000
)

var bom = []byte("\xef\xbb\xbf")

// session is the reading of one log.
type session struct {
	stats    Stats
	parser   parser
	maxLine  int
	emit     func(*Record)
	give     func(*Record)
	warnings warning.List
	// line is the number of the line that is read.
	line int
	// wrong counts the bad lines that speak against the format; half a line at the end does not.
	wrong int
	first *Error
	// left is the size of a last line that is to be read again, half tells that the last one was read without its end.
	left int
	half bool
}

func newSession(f Format, maxLine int, emit func(*Record)) *session {
	s := &session{emit: emit, maxLine: maxLine, stats: Stats{Format: f}}
	s.give = s.take
	if f.make != nil {
		s.parser = f.make()
	}
	return s
}

// take passes a record on.
func (s *session) take(r *Record) {
	s.stats.Records++
	if r.Time != 0 {
		if s.stats.First == 0 || r.Time < s.stats.First {
			s.stats.First = r.Time
		}
		s.stats.Last = max(s.stats.Last, r.Time)
	}
	s.emit(r)
}

// block reads the lines of a block.
func (s *session) block(b *block) error {
	if b.cut != nil {
		s.line++
		s.stats.Lines++
		if err := s.bad(b.cut, "is too long"); err != nil {
			return err
		}
	}
	data := b.lines
	if s.line == 0 {
		data = bytes.TrimPrefix(data, bom)
	}
	if err := s.detect(data); err != nil {
		return err
	}
	for len(data) > 0 {
		s.line++
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			return s.last(data)
		}
		line := data[:i]
		data = data[i+1:]
		if line = trim(line); len(line) == 0 {
			continue
		}
		if len(line) > s.maxLine {
			s.stats.Lines++
			if err := s.bad(line, "is too long"); err != nil {
				return err
			}
			continue
		}
		if s.parse(line) == bad {
			if err := s.bad(line, "does not fit"); err != nil {
				return err
			}
		}
	}
	return nil
}

// detect finds the format, once there is something to find it from.
func (s *session) detect(head []byte) error {
	if s.parser != nil {
		return nil
	}
	f, err := Detect(head)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Line += s.line
		}
		return err
	}
	if f.make != nil {
		s.stats.Format, s.parser = f, f.make()
	}
	return nil
}

func (s *session) parse(line []byte) verdict {
	if s.parser == nil {
		return none
	}
	v := s.parser.parse(line, s.give)
	if v != none {
		s.stats.Lines++
	}
	return v
}

// last reads a last line without an end: it may still be being written.
func (s *session) last(raw []byte) error {
	line := trim(raw)
	if len(line) == 0 {
		return nil
	}
	if s.parse(line) != bad {
		s.half = true
		return nil
	}
	s.left = len(raw)
	s.line--
	s.stats.Bad++
	s.warnings.Addf(s.line+1, 0, "the last line is cut off: %s", quote(line))
	return nil
}

// bad counts a line that does not fit.
func (s *session) bad(line []byte, why string) error {
	s.stats.Bad++
	s.wrong++
	if s.first == nil {
		s.first = &Error{Op: "parse", Err: ErrFormat, Line: s.line, Text: quote(line)}
	}
	s.warnings.Addf(s.line, 0, "line %s %s: %s", why, s.stats.Format, quote(line))
	if s.stats.Lines >= patience {
		return s.verdict()
	}
	return nil
}

// verdict is an error when too many lines were bad.
func (s *session) verdict() error {
	if s.wrong*tolerated > s.stats.Lines {
		e := *s.first
		e.Err = fmt.Errorf("%d of %d lines do not fit %s: %w", s.wrong, s.stats.Lines, s.stats.Format, ErrFormat)
		return &e
	}
	return nil
}

// finish makes the last of the Stats, and what else Continue returns, of what ended reading.
func (s *session) finish(in *input, err error) (Stats, Place, error) {
	whole := !damaged(err)
	if !whole {
		s.warnings.Addf(s.line, 0, "the log is cut off here: %v", err)
		err = nil
	}
	if err == nil {
		err = s.verdict()
	}
	s.stats.Warnings = s.warnings.All()
	if err == nil && in != nil {
		return s.stats, s.place(in, whole), nil
	}
	var e *Error
	if err != nil && !errors.As(err, &e) && err != ErrChanged {
		err = &Error{Op: "read", Err: err}
	}
	return s.stats, Place{}, err
}

// place is where reading ended.
func (s *session) place(in *input, whole bool) Place {
	d := &in.decoded
	p := Place{
		End: d.n, Offset: d.n - int64(s.left), Half: s.half, Line: s.line,
		HeadSize: len(d.head), Head: fingerprint(d.head),
	}
	tail := d.last(tailSize)
	p.TailSize, p.Tail = len(tail), fingerprint(tail)
	if whole && len(in.z.Layers) > 0 {
		p.Packed, p.PackedTail = in.packed.n, fingerprint(in.packed.last(tailSize))
	}
	return p
}

// trim takes off what may stand around a line: white space, and the zeros that a log begins with whose writer did not
// notice that it was truncated.
func trim(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] <= ' ' {
		line = bytes.TrimRight(line, " \t\r\n")
	}
	if len(line) > 0 && line[0] <= ' ' {
		line = bytes.TrimLeft(line, " \t\r\x00")
	}
	return line
}

// quote shows the beginning of a line, in which anything may be.
func quote(line []byte) string {
	if len(line) > sampleText {
		return strconv.Quote(string(line[:sampleText])) + "…"
	}
	return strconv.Quote(string(line))
}
