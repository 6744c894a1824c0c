package transcript

import "io"

const (
	// aheadBlocks of aheadSize each are read and decompressed ahead: enough that handing one over is seldom, which may wake a
	// sleeping processor.
	aheadSize   = 512 << 10
	aheadBlocks = 3
)

// ahead reads on a goroutine of its own.
type ahead struct {
	full  chan []byte
	empty chan []byte
	stop  chan struct{}
	// block is what is given out, rest what is left of it.
	block, rest []byte
	// err is why full was closed.
	err error
}

// readAhead starts reading; Close must be called.
func readAhead(r io.Reader) *ahead {
	a := &ahead{full: make(chan []byte, aheadBlocks), empty: make(chan []byte, aheadBlocks), stop: make(chan struct{})}
	for range aheadBlocks {
		a.empty <- make([]byte, aheadSize)
	}
	go a.run(r)
	return a
}

func (a *ahead) run(r io.Reader) {
	defer close(a.full)
	for a.err == nil {
		select {
		case <-a.stop:
			a.err = io.ErrClosedPipe
			return
		case block := <-a.empty:
			var n int
			n, a.err = io.ReadAtLeast(r, block[:aheadSize], aheadSize)
			a.full <- block[:n] // there is always room
		}
	}
	if a.err == io.ErrUnexpectedEOF { // what is not full is the last one
		a.err = io.EOF
	}
}

// Read gives out what was read.
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.block != nil {
			a.empty <- a.block
		}
		var ok bool
		if a.block, ok = <-a.full; !ok {
			return 0, a.err
		}
		a.rest = a.block
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// Close ends reading and waits for it.
func (a *ahead) Close() {
	close(a.stop)
	for range a.full {
	}
}
