package accesslog

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/edgewarm/edgewarm/internal/inflate"
)

// primeSize is how much of the beginning of a log is looked at again when reading goes on: enough for the lines that its
// format was found from, and for the header of a table.
const primeSize = 256 << 10

// input is a log from where its reading goes on.
type input struct {
	packed, decoded tracker
	z               *inflate.Reader
}

func (in *input) Read(p []byte) (int, error) { return in.decoded.Read(p) }

func (in *input) Close() { _ = in.z.Close() }

// open begins where r stands: behind n bytes, of which tail were the last.
func open(r io.Reader, n int64, tail []byte, limit int64) (*input, error) {
	in := &input{packed: tracker{src: r, n: n, tail: tail, keep: tailSize}}
	z, err := inflate.NewReader(&in.packed, limit)
	if err != nil {
		return nil, err
	}
	in.z, in.decoded = z, tracker{src: z, keep: tailSize}
	return in, nil
}

// resume goes to where reading ended before, and teaches the session what it would have learned on the way.
//
// A plain log that can be sought in is not read up to there. Nor is a compressed one that ended with a whole stream, when
// more streams follow it. Any other is decoded from its beginning and not parsed, but for directives that may stand
// anywhere.
func resume(s *session, r io.Reader, at Place, limit int64) (*input, error) {
	seeker, _ := r.(io.ReadSeeker)
	if seeker != nil && at.End > 0 && at.Packed > 0 && at.Offset == at.End {
		if in, err := appended(s, seeker, at, limit); in != nil || err != nil {
			return in, err
		}
	}
	in, err := open(r, 0, nil, limit)
	if err != nil || at.End == 0 {
		return in, err
	}
	if err := in.skip(s, seeker, at); err != nil {
		in.Close()
		return nil, err
	}
	s.line = at.Line
	return in, nil
}

// appended opens the compressed streams that follow what was read; nil when it has to be decoded again.
func appended(s *session, r io.ReadSeeker, at Place, limit int64) (*input, error) {
	first, err := open(r, 0, nil, limit)
	if err != nil {
		return nil, err
	}
	err = first.prime(s, at)
	first.Close()
	if err != nil {
		return nil, err
	}
	in := (*input)(nil)
	if !s.directives() {
		in = follow(r, at, limit)
	}
	if in == nil {
		_, err := r.Seek(0, io.SeekStart)
		return nil, err
	}
	in.decoded.n, in.decoded.head = at.End, first.decoded.head
	s.line = at.Line
	return in, nil
}

// follow opens what is behind the compressed bytes that were read, nil when they are not there or no stream follows.
func follow(r io.ReadSeeker, at Place, limit int64) *input {
	tail := make([]byte, min(at.Packed, tailSize))
	if _, err := r.Seek(at.Packed-int64(len(tail)), io.SeekStart); err != nil {
		return nil
	}
	if _, err := io.ReadFull(r, tail); err != nil || fingerprint(tail) != at.PackedTail {
		return nil
	}
	in, err := open(r, at.Packed, tail, limit)
	if err != nil {
		return nil
	}
	if len(in.z.Layers) == 0 && in.packed.n > at.Packed {
		in.Close()
		return nil
	}
	return in
}

// prime has the session learn from the beginning of the log.
func (in *input) prime(s *session, at Place) error {
	head := make([]byte, min(primeSize, at.End))
	if _, err := io.ReadFull(in, head); err != nil {
		return changed(err)
	}
	if !at.begins(head) {
		return ErrChanged
	}
	return s.prime(head)
}

// skip leaves what was read behind, but for what is to be read again.
func (in *input) skip(s *session, seeker io.Seeker, at Place) error {
	in.decoded.keep = max(tailSize, int(at.End-at.Offset))
	if err := in.prime(s, at); err != nil {
		return err
	}
	from := at.End - int64(in.decoded.keep)
	if seeker != nil && len(in.z.Layers) == 0 && from > in.decoded.n && !s.directives() {
		if _, err := seeker.Seek(from, io.SeekStart); err != nil {
			return err
		}
		in.decoded = tracker{src: in.packed.src, n: from, head: in.decoded.head, keep: in.decoded.keep}
	}
	if err := s.pass(io.LimitReader(in, at.End-in.decoded.n)); err != nil {
		return changed(err)
	}
	if in.decoded.n != at.End || fingerprint(in.decoded.last(at.TailSize)) != at.Tail {
		return ErrChanged
	}
	d := &in.decoded
	again := bytes.Clone(d.last(int(at.End - at.Offset)))
	d.src = io.MultiReader(bytes.NewReader(again), d.src)
	d.tail = d.tail[:len(d.tail)-len(again)]
	d.n, d.keep = at.Offset, tailSize
	return nil
}

// changed is the error for what ends sooner than it did.
func changed(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrChanged
	}
	return err
}

// prime reads the whole lines of the beginning of a log for what they say of the lines after them.
func (s *session) prime(head []byte) error {
	if err := s.detect(bytes.TrimPrefix(head, bom)); err != nil || s.parser == nil {
		return err
	}
	for line := range bytes.Lines(bytes.TrimPrefix(head, bom)) {
		if line = trim(line); len(line) > 0 {
			s.parser.parse(line, func(*Record) {})
		}
	}
	return nil
}

// directives tells whether lines anywhere in the log say how those after them are to be read.
func (s *session) directives() bool {
	t, ok := s.parser.(*table)
	return ok && t.w3c
}

// pass reads what was read before, for its directives.
func (s *session) pass(r io.Reader) error {
	if !s.directives() {
		_, err := io.Copy(io.Discard, r)
		return err
	}
	lines := bufio.NewReaderSize(r, 64<<10) // a directive is shorter
	for begins := true; ; {
		line, err := lines.ReadSlice('\n')
		if begins && len(line) > 1 && line[0] == '#' {
			s.parser.parse(trim(line), func(*Record) {})
		}
		begins = !errors.Is(err, bufio.ErrBufferFull)
		if err != nil && begins {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}
