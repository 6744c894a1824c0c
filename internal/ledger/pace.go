package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Pace lets the calls of all processes that use one ledger go, so that a server sees no more than so many of them in any
// second. It is a file beside the ledger's: one slot for each call of a second, which is free again a second after the
// call was answered. A slot whose process was killed is free after some seconds.
//
// It is safe for several goroutines. Processes on other machines are not held.
type Pace struct {
	file *os.File
	lock *flock.Flock
	n    int
	mu   sync.Mutex // over the file's lock, which is the process's
}

const (
	paceSuffix = ".pace"
	// paceSlot is when the call was let go and when it was answered, in nanoseconds since 1970, and whose it is.
	paceSlot = 24
	// paceTransit is how long a call that is not answered may still be on its way to the server.
	paceTransit = 5 * time.Second
	// paceSlack is added to the second, for clocks that run at different speeds.
	paceSlack = 5 * time.Millisecond
	// pacePoll is the longest wait before the slots are looked at again.
	pacePoll = 10 * time.Millisecond
)

// ErrNoPace is returned by OpenPace for a ledger that is no file.
var ErrNoPace = errors.New("the ledger is no file, beside which a pace could be kept")

// OpenPace opens the pace beside the ledger that dsn names, of so many calls a second. The ledger need not be there.
func OpenPace(dsn string, perSecond int) (*Pace, error) {
	if strings.Contains(dsn, "://") || dsn == "" {
		return nil, ErrNoPace
	}
	path := dsn + paceSuffix
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	return &Pace{file: file, lock: flock.New(path, flock.SetPermissions(fileMode), flock.SetFlag(os.O_RDWR)), n: max(perSecond, 1)}, nil
}

// Close gives the file up. What is under way counts as such for some seconds more.
func (p *Pace) Close() error { return errors.Join(p.lock.Close(), p.file.Close()) }

// Enter returns when the next call may go. leave is to be called when it was answered.
func (p *Pace) Enter(ctx context.Context) (leave func(), err error) {
	id := rand.Uint64() | 1 // never 0
	for {
		place, wait, err := p.take(id)
		if err != nil {
			return nil, err
		}
		if wait <= 0 {
			return func() { p.leave(place, id) }, nil
		}
		timer := time.NewTimer(min(wait, pacePoll))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

// slot is one call's.
type slot struct {
	released, answered int64
	id                 uint64
}

// free is how long the slot is still in use.
func (s slot) free(now time.Time) time.Duration {
	if s.released == 0 || time.Unix(0, s.released).After(now.Add(pacePoll)) { // the clock was set back
		return 0
	}
	arrived := time.Unix(0, s.released).Add(paceTransit)
	if s.answered != 0 {
		arrived = time.Unix(0, s.answered)
	}
	return arrived.Add(time.Second + paceSlack).Sub(now)
}

// take takes the slot that is free first, or says how long none is.
func (p *Pace) take(id uint64) (place int, wait time.Duration, err error) {
	err = p.locked(func() error {
		slots, err := p.read()
		if err != nil {
			return err
		}
		now := time.Now()
		place, wait = 0, slots[0].free(now)
		for i, s := range slots {
			if f := s.free(now); f < wait {
				place, wait = i, f
			}
		}
		if wait > 0 {
			return nil
		}
		return p.write(place, slot{released: now.UnixNano(), id: id})
	})
	return place, wait, err
}

// leave notes that the call was answered. That it cannot be written only holds others up for longer.
func (p *Pace) leave(place int, id uint64) {
	_ = p.locked(func() error {
		slots, err := p.read()
		if err != nil || slots[place].id != id {
			return err
		}
		slots[place].answered = time.Now().UnixNano()
		return p.write(place, slots[place])
	})
}

// locked is short: it waits for nothing but the file.
func (p *Pace) locked(f func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.lock.Lock(); err != nil {
		return err
	}
	return errors.Join(f(), p.lock.Unlock())
}

func (p *Pace) read() ([]slot, error) {
	buf := make([]byte, p.n*paceSlot)
	if _, err := p.file.ReadAt(buf, 0); err != nil && err != io.EOF { // one that is short has free slots
		return nil, err
	}
	slots := make([]slot, p.n)
	for i := range slots {
		at := buf[i*paceSlot:]
		slots[i] = slot{
			int64(binary.LittleEndian.Uint64(at)), int64(binary.LittleEndian.Uint64(at[8:])), binary.LittleEndian.Uint64(at[16:]),
		}
	}
	return slots, nil
}

func (p *Pace) write(place int, s slot) error {
	var buf [paceSlot]byte
	binary.LittleEndian.PutUint64(buf[:], uint64(s.released))
	binary.LittleEndian.PutUint64(buf[8:], uint64(s.answered))
	binary.LittleEndian.PutUint64(buf[16:], s.id)
	_, err := p.file.WriteAt(buf[:], int64(place)*paceSlot)
	return err
}
