package transcript

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"

	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/internal/inflate"
)

// Transcript is one that is read. It is not safe for use by several goroutines.
type Transcript struct {
	// Head is how the log begins; see accesslog.Head.
	Head []byte

	z     *inflate.Reader
	ahead *ahead
	in    *bufio.Reader
	frame []byte

	kinds, targets, clients, agents list

	time   int64
	id     []byte
	record accesslog.Record
}

// Open begins to read what Write wrote. The error is ErrDamaged, that of decoding it, or that of r.
func Open(r io.Reader) (*Transcript, error) {
	z, err := inflate.NewReader(r, maxBytes)
	if err != nil {
		return nil, damage(err)
	}
	a := readAhead(z)
	t := &Transcript{z: z, ahead: a, in: bufio.NewReaderSize(a, frameSize)}
	if t.Head, err = t.next(maxHead); err != nil {
		t.Close()
		return nil, err
	}
	t.Head = append([]byte(nil), t.Head...)
	return t, nil
}

// Close gives back what reading took. It does not close what is read from.
func (t *Transcript) Close() {
	t.ahead.Close()
	_ = t.z.Close()
}

// Read calls emit with each record of the log, in order, on the caller's goroutine. The error is one of Open's, or the
// context's. What was emitted until then need not be right: only the end of a transcript tells that it is whole.
func (t *Transcript) Read(ctx context.Context, emit func(*accesslog.Record)) (End, error) {
	for {
		if err := context.Cause(ctx); err != nil {
			return End{}, err
		}
		frame, err := t.next(maxFrame)
		if err != nil {
			return End{}, err
		}
		if len(frame) == 0 {
			return t.end()
		}
		f := fields{b: frame}
		for len(f.b) > 0 && !f.damaged {
			if t.decode(&f); !f.damaged {
				emit(&t.record)
			}
		}
		if f.damaged {
			return End{}, ErrDamaged
		}
	}
}

// next reads a length and what is so long, which is valid until the next call.
func (t *Transcript) next(most uint64) ([]byte, error) {
	n, err := binary.ReadUvarint(t.in)
	if err != nil {
		return nil, damage(err)
	}
	if n > most {
		return nil, ErrDamaged
	}
	if uint64(cap(t.frame)) < n {
		t.frame = make([]byte, n)
	}
	t.frame = t.frame[:n]
	_, err = io.ReadFull(t.in, t.frame)
	return t.frame, damage(err)
}

// end reads what follows the records.
func (t *Transcript) end() (End, error) {
	text, err := io.ReadAll(io.LimitReader(t.in, maxEnd+1))
	if err != nil {
		return End{}, damage(err)
	}
	var e End
	if len(text) > maxEnd || json.Unmarshal(text, &e) != nil {
		return End{}, ErrDamaged
	}
	return e, nil
}

// damage tells what a transcript itself is to blame for from what its storage is.
func damage(err error) error {
	var tooMuch *inflate.LimitError
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &tooMuch) {
		return ErrDamaged
	}
	return err
}
