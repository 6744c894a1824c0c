package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/roundtrip"
)

// Limit is how fast calls may go.
type Limit struct {
	// Rate is the calls a second, more than 0.
	Rate float64
	// Burst is how many may go at once after a rest; 0 is 1. A Strict one lets Rate of them go at once.
	Burst int
	// Strict holds calls back so that the server sees no more than Rate of them in any second, however long each is on its
	// way: it needs to know when each was answered. It is for an API that refuses what is too much.
	Strict bool
}

// Account is the key of the pace of the API's calls: a ledger is one account's.
const Account = "account"

const (
	// paceAhead is how long before its time a call is given it, so that a process that ends takes few of them along.
	paceAhead = time.Second
	// leaveTimeout bounds telling others that a call was answered. Not to know it holds them up for some seconds.
	leaveTimeout = 5 * time.Second
)

// Paces are the paces that all processes with one ledger keep together, each by its key: files beside a ledger that is a
// file, rows of the table paces on PostgreSQL, where the processes may be on many machines. They are no part of the
// ledger: none need be there, nobody need hold it, and nothing is lost with them.
//
//	paces, err := ledger.OpenPaces(ctx, dsn)
//	host := paces.Of("host www.example.com", ledger.Limit{Rate: 5, Burst: 2})
//	leave, err := host.Enter(ctx) // returns when the next call may go
//	…                             // the call
//	leave()
//
// Many that Enter at once ask the store once for all of them.
type Paces struct {
	store paceStore
	// leaving are those that tell of a call that was answered.
	leaving sync.WaitGroup
}

// paceStore is where the states of paces are, and the clock that all who share them go by.
type paceStore interface {
	// update has f change the state of the key while all others who would have to wait. One that is not there is empty.
	update(ctx context.Context, key string, f func(state []byte) []byte) error
	// now is between the two times. It is known once within the first update.
	now() (earliest, latest time.Time)
	// spared is what of the least that calls are on their way need not be waited for, whoever goes next.
	spared(least time.Duration) time.Duration
	// poll is the least time between two looks at what another process is waited for with.
	poll() time.Duration
	close() error
}

// OpenPaces opens the paces beside the ledger that dsn names.
func OpenPaces(ctx context.Context, dsn string) (*Paces, error) {
	store, err := backendOf(dsn, Options{}).paces(ctx)
	if err != nil {
		return nil, fmt.Errorf("the pace beside %s: %w", Name(dsn), backendOf(dsn, Options{}).explain(err))
	}
	return &Paces{store: store}, nil
}

// Close gives them up when it is told of all calls that were answered. What is under way counts as such for some seconds
// more.
func (p *Paces) Close() error {
	p.leaving.Wait()
	return p.store.close()
}

// Pace lets the calls of all processes go that share it. It is safe for several goroutines.
type Pace struct {
	of    *Paces
	key   string
	limit Limit
	times roundtrip.Times
	// turn is held by the one that asks for all that wait.
	turn chan struct{}

	mu      sync.Mutex
	waiting []*waiter
	again   time.Time // before which nobody asks
}

// waiter is a call that waits to be given its time.
type waiter struct {
	id      uint64
	granted chan grant // of one
}

// grant is the time of a call by the store's clock, and its slot.
type grant struct {
	at    time.Time
	place int
}

// Of is the pace of the key: Account, or whatever else has a limit of its own, such as a host. All that share it have the
// same limit.
func (p *Paces) Of(key string, limit Limit) *Pace {
	return &Pace{of: p, key: key, limit: limit, turn: make(chan struct{}, 1)}
}

// Enter returns when the next call may go. leave is to be called when it was answered; it does not wait.
func (p *Pace) Enter(ctx context.Context) (leave func(), err error) {
	w := &waiter{rand.Uint64() | 1, make(chan grant, 1)} // an id is never 0
	p.mu.Lock()
	p.waiting = append(p.waiting, w)
	p.mu.Unlock()
	g, err := p.await(ctx, w)
	if err != nil {
		p.giveUp(ctx, w)
		return nil, err
	}
	if err := p.sleepUntil(ctx, g.at); err != nil {
		p.settle(ctx, w.id, g, g.at.Add(-time.Second-paceSlack))
		return nil, err
	}
	went := time.Now()
	return sync.OnceFunc(func() {
		_, latest := p.of.store.now()
		p.times.Add(time.Since(went))
		p.settle(ctx, w.id, g, latest.Add(-p.of.store.spared(p.times.Least())))
	}), nil
}

// await waits to be given a time, asking for all when it is its turn.
func (p *Pace) await(ctx context.Context, w *waiter) (grant, error) {
	for {
		select {
		case g := <-w.granted:
			return g, nil
		case p.turn <- struct{}{}:
			err := p.ask(ctx, w)
			<-p.turn
			if err != nil {
				return grant{}, err
			}
		case <-ctx.Done():
			return grant{}, context.Cause(ctx)
		}
	}
}

// ask asks for times for all that wait. It does not for the one that was given its own meanwhile.
func (p *Pace) ask(ctx context.Context, w *waiter) error {
	p.mu.Lock()
	again, waits := p.again, slices.Contains(p.waiting, w)
	p.mu.Unlock()
	if !waits {
		return nil
	}
	if err := sleep(ctx, time.Until(again)); err != nil {
		return err
	}
	p.mu.Lock()
	asking := slices.Clone(p.waiting)
	p.mu.Unlock()
	var grants []grant
	var wait time.Duration
	err := p.of.store.update(ctx, p.key, func(state []byte) []byte {
		state, grants, wait = p.take(state, asking)
		return state
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("the pace of %s: %w", p.key, err)
	}
	p.give(ctx, asking[:len(grants)], grants, wait)
	return nil
}

// take gives times to as many as there are times for now, and says after how long there may be more.
func (p *Pace) take(state []byte, asking []*waiter) (after []byte, grants []grant, wait time.Duration) {
	now, _ := p.of.store.now()
	for _, w := range asking {
		g, free := grant{}, time.Time{}
		if p.limit.Strict {
			state, g, free = window{state}.take(now, w.id, p.limit)
		} else {
			state, g.at, free = meter{state}.take(now, p.limit)
		}
		if g.at.IsZero() {
			return state, grants, max(free.Sub(now), p.of.store.poll())
		}
		grants = append(grants, g)
	}
	return state, grants, 0
}

// give hands the times out. One whose waiter is gone is given back.
func (p *Pace) give(ctx context.Context, to []*waiter, grants []grant, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.again = time.Now().Add(wait)
	for i, w := range to {
		place := slices.Index(p.waiting, w)
		if place < 0 {
			p.settle(ctx, w.id, grants[i], grants[i].at.Add(-time.Second-paceSlack))
			continue
		}
		p.waiting = slices.Delete(p.waiting, place, place+1)
		w.granted <- grants[i]
	}
}

// giveUp takes the waiter off, and gives back what it was given.
func (p *Pace) giveUp(ctx context.Context, w *waiter) {
	p.mu.Lock()
	p.waiting = slices.DeleteFunc(p.waiting, func(v *waiter) bool { return v == w })
	p.mu.Unlock()
	select {
	case g := <-w.granted:
		p.settle(ctx, w.id, g, g.at.Add(-time.Second-paceSlack))
	default:
	}
}

// settle tells all when a call was answered. That it cannot only holds others up for longer.
func (p *Pace) settle(ctx context.Context, id uint64, g grant, answered time.Time) {
	if !p.limit.Strict {
		return
	}
	p.of.leaving.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTimeout)
		defer cancel()
		_ = p.of.store.update(ctx, p.key, func(state []byte) []byte { return window{state}.answer(g.place, id, answered) })
	})
}

// sleepUntil returns when it is not before at by the store's clock.
func (p *Pace) sleepUntil(ctx context.Context, at time.Time) error {
	for {
		now, _ := p.of.store.now()
		d := at.Sub(now)
		if d <= 0 {
			return nil
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
}

// sleep waits for d or the context.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
