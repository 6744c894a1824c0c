package accesslog

import (
	"bytes"
	"context"
	"io"
	"sync"
)

const (
	// blockSize is what is decoded at a time. Handing a block over may wake a sleeping processor, which a virtual
	// machine takes 0.1 ms for: a block must take much longer to decode.
	blockSize = 1 << 20
	// ahead is how many blocks are decoded ahead of the parser.
	ahead = 3
	// keptBlock is the largest buffer that goes back to the pool; a log of very long lines must not stay in memory.
	keptBlock = 4 << 20
	// sampleText is how much of a bad line is shown.
	sampleText = 160
)

// block is a number of whole lines; the last line of a log may lack its end.
type block struct {
	lines []byte
	// cut is the beginning of a line before lines that was too long and is left out.
	cut []byte
}

var blocks = sync.Pool{New: func() any { return &block{lines: make([]byte, 0, blockSize)} }}

func (b *block) release() {
	if cap(b.lines) <= keptBlock {
		b.lines, b.cut = b.lines[:0], nil
		blocks.Put(b)
	}
}

// feeder reads blocks on a goroutine of its own.
type feeder struct {
	src     io.Reader
	maxLine int
	// carry is the beginning of the line that the last block ended in.
	carry []byte
	// skipping tells that the rest of a line that was too long comes next.
	skipping bool
	end      error

	full   chan *block
	cancel context.CancelFunc
	// err is why full was closed; nil at the end of the log.
	err error
}

// feed starts reading; half says that src begins within a line that is to be passed by. stop must be called.
func feed(ctx context.Context, src io.Reader, maxLine int, half bool) *feeder {
	ctx, cancel := context.WithCancel(ctx)
	f := &feeder{src: src, maxLine: maxLine, skipping: half, full: make(chan *block, ahead), cancel: cancel}
	go f.run(ctx)
	return f
}

// stop ends reading and waits for it.
func (f *feeder) stop() {
	f.cancel()
	for b := range f.full {
		b.release()
	}
}

func (f *feeder) run(ctx context.Context) {
	defer close(f.full)
	for {
		b := blocks.Get().(*block)
		err := f.next(b)
		if len(b.lines) > 0 || b.cut != nil {
			select {
			case f.full <- b:
			case <-ctx.Done():
				f.err = ctx.Err()
				return
			}
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			if err != io.EOF {
				f.err = err
			}
			return
		}
	}
}

// next fills a block with whole lines, or with what is left at the end of the log.
func (f *feeder) next(b *block) error {
	data := append(b.lines[:0], f.carry...)
	f.carry = f.carry[:0]
	for f.end == nil {
		if len(data) == cap(data) {
			if i := bytes.LastIndexByte(data, '\n'); i >= 0 {
				f.carry = append(f.carry, data[i+1:]...)
				data = data[:i+1]
				break
			}
			if data = f.long(b, data); data == nil {
				return nil
			}
		}
		var n int
		n, f.end = f.src.Read(data[len(data):cap(data)])
		data = f.taken(data, n)
	}
	b.lines = data
	if f.end != nil && len(f.carry) == 0 {
		return f.end
	}
	return nil
}

// long makes room for a line that fills the buffer, or gives it up. nil says that the block is done with: it is already
// short of one such line.
func (f *feeder) long(b *block, data []byte) []byte {
	switch {
	case len(data) <= f.maxLine:
		return append(make([]byte, 0, min(2*cap(data), f.maxLine+1)), data...)
	case b.cut != nil:
		f.carry = append(f.carry, data...)
		b.lines = data[:0]
		return nil
	}
	b.cut = append([]byte(nil), data[:min(sampleText, len(data))]...)
	f.skipping = true
	return data[:0]
}

// taken adds n bytes that were just read behind data, unless they belong to a line that was given up.
func (f *feeder) taken(data []byte, n int) []byte {
	if !f.skipping {
		return data[:len(data)+n]
	}
	fresh := data[len(data) : len(data)+n]
	i := bytes.IndexByte(fresh, '\n')
	if i < 0 {
		return data
	}
	f.skipping = false
	return append(data, fresh[i+1:]...)
}
