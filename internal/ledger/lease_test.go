package ledger_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/submitter"
)

func init() {
	suite["a lease"] = testLease
	suite["two holders"] = testTwoHolders
	suite["a holder that was paused"] = testPaused
	suite["a holder that was killed"] = testKilledHolder
	suite["a transaction longer than the lease"] = testLongTransaction
}

// A short lease is one that a test waits for the end of, and a kept one one whose end must not come: it is renewed each
// second, and a machine under load that is late by four of them has it still.
const (
	short = time.Second
	kept  = 5 * time.Second
)

// another opens the ledger of the bench once more, as another machine would: nothing but the lease is between them.
func (b *bench) another(o ledger.Options) (*bench, error) {
	b.Helper()
	if !postgres.IsDSN(b.dsn) {
		b.must(os.Remove(b.dsn + ".lock"))
	}
	other := &bench{T: b.T, dsn: b.dsn, now: b.now, n: 100}
	o.Now, o.Lease = func() time.Time { return other.now }, short
	l, err := ledger.Open(b.Context(), b.dsn, o)
	if err == nil {
		other.Ledger = l
		b.Cleanup(func() { b.must(l.Close()) })
	}
	return other, err
}

func (b *bench) openFor(lease time.Duration) *bench {
	b.Helper()
	l, err := ledger.Open(b.Context(), b.dsn, ledger.Options{Command: "test", Now: func() time.Time { return b.now }, Lease: lease})
	b.must(err)
	b.Cleanup(func() { b.must(l.Close()) })
	b.Ledger = l
	return b
}

func testLease(t *testing.T, b *bench) {
	b.open()
	for epoch := int64(1); epoch <= 2; epoch++ {
		reader, err := ledger.OpenReadOnly(t.Context(), b.dsn, ledger.Options{})
		b.must(err)
		lease, held, err := reader.Lease(t.Context())
		b.must(err)
		if !held || lease.Epoch != epoch || lease.PID != os.Getpid() || lease.Command != "test" || time.Since(lease.Renewed).Abs() > time.Minute || !lease.Expires.After(lease.Renewed) {
			t.Errorf("got %+v, %v, want the hold of this process, number %d", lease, held, epoch)
		}
		b.must(b.Ledger.Close())
		if lease, held, err := reader.Lease(t.Context()); held || err != nil {
			t.Errorf("got %+v, %v, want that nobody holds it", lease, err)
		}
		b.must(reader.Close())
		b.open()
	}
}

func testTwoHolders(t *testing.T, b *bench) {
	b.openFor(kept)
	_, err := ledger.Open(t.Context(), b.dsn, ledger.Options{Command: "submit"})
	held, ok := errors.AsType[*ledger.HeldError](err)
	if !ok || held.Holder.PID != os.Getpid() || held.Holder.Command != "test" || !held.Holder.Started.Equal(noon) {
		t.Errorf("got %v, want a *HeldError that tells of the first", err)
	}
	b.begin()
}

// Whoever was not heard of for longer than its lease may have been taken over from, and then writes nothing any more.
func testPaused(t *testing.T, b *bench) {
	b.openFor(short)
	run := b.begin()
	sent := b.batch("sent")
	b.must(b.Intend(t.Context(), sent))
	b.Pause()
	next, err := b.another(ledger.Options{Command: "next"})
	b.must(err)
	memory, err := next.Memory(t.Context())
	b.must(err)
	b.must(memory.Close(t.Context(), false))

	for name, write := range map[string]func() error{
		"intend":   func() error { return b.Intend(t.Context(), b.batch("more")) },
		"settle":   func() error { return b.Settle(t.Context(), sent, outcome("job", submitter.Accepted)) },
		"plan":     func() error { return b.PlanTargets(t.Context(), run, wanted()) },
		"end run":  func() error { return b.EndRun(t.Context(), run, 0, nil) },
		"run":      func() error { _, err := b.BeginRun(t.Context(), "run"); return err },
		"remember": func() error { _, err := b.Memory(t.Context()); return err },
		"tasks":    func() error { _, err := b.UpdateTasks(t.Context(), nil); return err },
	} {
		if err := write(); !errors.Is(err, ledger.ErrLeaseLost) {
			t.Errorf("%s: got %v, want ErrLeaseLost", name, err)
		}
	}
	next.state("sent", submitter.Intent)
	if got := next.unsettled(); len(got) != 1 {
		t.Errorf("got %v, want what the first had sent", got)
	}
	b.must(b.Ledger.Close())
	if lease, held, err := next.Lease(t.Context()); err != nil || !held || lease.Command != "next" || lease.Epoch != 2 {
		t.Errorf("got %+v, %v, want that the second still holds it", lease, err)
	}
	next.must(next.Settle(t.Context(), sent, outcome("job", submitter.Accepted)))
	next.state("sent", submitter.Accepted)
}

// A holder that was killed gives nothing back: the next waits for the end of its lease, and says so.
func testKilledHolder(t *testing.T, b *bench) {
	b.openFor(time.Hour)
	b.Pause()
	var waited ledger.Holder
	next, err := b.another(ledger.Options{Waiting: func(h ledger.Holder, rest time.Duration) {
		waited = h
		if rest < time.Hour/2 || rest > time.Hour {
			t.Errorf("it waits for %s", rest)
		}
		// The hour is over sooner: by now, however long it took to come here, another waits.
		_, err := b.DB().ExecContext(t.Context(), `UPDATE leases SET expires = expires - 3600000 + 100`)
		b.must(err)
	}})
	b.must(err)
	next.begin()
	if postgres.IsDSN(b.dsn) && waited.Command != "test" { // the lock of a file tells at once that its holder is gone
		t.Errorf("it waited for %+v, want the first", waited)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ledger.Open(ctx, b.dsn, ledger.Options{}); err == nil {
		t.Error("a wait did not end with its context")
	}
}

// A transaction that takes longer than the lease has renewed it when it ends, and nobody gets between.
func testLongTransaction(t *testing.T, b *bench) {
	if !postgres.IsDSN(b.dsn) {
		t.Skip("a file is opened beside its holder only when the lock is gone, which is then sure that nobody holds it")
	}
	b.openFor(kept)
	began, done := make(chan struct{}), make(chan error, 1)
	go func() {
		done <- b.Write(t.Context(), func() {
			close(began)
			time.Sleep(kept + short)
		})
	}()
	<-began
	_, err := b.another(ledger.Options{})
	if _, ok := errors.AsType[*ledger.HeldError](err); !ok {
		t.Errorf("got %v, want a *HeldError", err)
	}
	b.must(<-done)
	b.begin()
}
