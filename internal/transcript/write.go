package transcript

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"

	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/internal/inflate"
)

// Write reads a log, and writes to w what Open opens. The error is that of reading, or of w: with either, what was written
// is of no use.
func Write(ctx context.Context, w io.Writer, reader accesslog.Reader, log io.Reader) error {
	head, whole, err := accesslog.Begin(log)
	if err != nil {
		return err
	}
	z, err := inflate.NewWriter(w)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	t := &writer{out: z, stop: stop, kinds: newWords(), targets: newWords(), clients: newWords(), agents: newWords()}
	t.frame = append(binary.AppendUvarint(nil, uint64(len(head))), head...)
	t.write(t.frame)
	t.frame = t.frame[:0]
	stats, at, err := reader.Continue(ctx, whole, accesslog.Place{}, t.record)
	if t.err == nil && err == nil {
		t.end(stats, at)
	}
	if t.err != nil { // which is why reading ended
		err = t.err
	}
	if closed := z.Close(); err == nil {
		err = closed
	}
	return err
}

// writer writes a transcript.
type writer struct {
	out  io.Writer
	err  error
	stop context.CancelCauseFunc

	frame, text                     []byte
	kinds, targets, clients, agents *words
	time                            int64
}

// write keeps the first error and ends reading with it.
func (t *writer) write(b []byte) {
	if t.err != nil {
		return
	}
	if _, t.err = t.out.Write(b); t.err != nil {
		t.stop(t.err)
	}
}

// record takes one record.
func (t *writer) record(r *accesslog.Record) {
	b := t.kinds.put(t.frame, t.kind(r))
	b = t.targets.put(b, t.target(r))
	b = t.clients.put(b, r.Client)
	b = t.agents.put(b, r.Agent)
	b = binary.AppendVarint(b, r.Time-t.time)
	t.time = r.Time
	b = binary.AppendUvarint(b, uint64(r.Bytes))
	b = appendID(b, r.RequestID)
	if r.Weight != 1 {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(r.Weight))
	}
	if t.frame = b; len(b) >= frameSize {
		t.flush()
	}
}

func (t *writer) kind(r *accesslog.Record) []byte {
	first := byte(r.Cache)
	if r.Weight != 1 {
		first |= weighted
	}
	t.text = binary.AppendUvarint(append(t.text[:0], first), uint64(r.Status))
	t.text = append(t.text, r.Method...)
	return t.text
}

func (t *writer) target(r *accesslog.Record) []byte {
	scheme := byte(0)
	switch len(r.Scheme) {
	case len("http"):
		scheme = 1
	case len("https"):
		scheme = 2
	}
	b := binary.AppendUvarint(append(t.text[:0], scheme), uint64(len(r.Host)))
	b = binary.AppendUvarint(b, uint64(len(r.Path)))
	t.text = append(append(append(b, r.Host...), r.Path...), r.Query...)
	return t.text
}

// appendID appends a RequestID. What would be other digits when it is read is written as text.
func appendID(b, id []byte) []byte {
	if n, ok := number(id); ok {
		return binary.AppendUvarint(append(b, numericID), n)
	}
	return append(binary.AppendUvarint(b, uint64(len(id))<<1), id...)
}

// number reads digits that are the shortest way to write it.
func number(id []byte) (n uint64, ok bool) {
	const surely = 19 // digits fit into 64 bits
	if len(id) == 0 || len(id) > surely || id[0] == '0' {
		return 0, false
	}
	for _, c := range id {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + uint64(c-'0')
	}
	return n, true
}

// flush writes the frame.
func (t *writer) flush() {
	if len(t.frame) > 0 {
		t.write(binary.AppendUvarint(t.text[:0], uint64(len(t.frame))))
		t.write(t.frame)
		t.frame = t.frame[:0]
	}
}

// end writes what follows the records.
func (t *writer) end(s accesslog.Stats, at accesslog.Place) {
	t.flush()
	t.write([]byte{0})
	text, _ := json.Marshal(End{s, s.Format.String(), at}) // plain fields always marshal
	t.write(text)
}
