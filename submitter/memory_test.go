package submitter_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/edgewarm/edgewarm/submitter"
)

// memory is a Journal in memory that is strict about its use.
type memory struct {
	// fail is asked whether an operation on a batch does.
	fail func(op string, b submitter.Batch) error
	// spent is what had been spent before, as Spent says it.
	spent int

	mu     sync.Mutex
	order  []string
	open   map[string]submitter.Batch // what is not settled, by batch
	states map[string]submitter.State
	jobs   map[string]string
}

func (m *memory) check(op string, b submitter.Batch) error {
	if m.states == nil {
		m.states, m.jobs, m.open = map[string]submitter.State{}, map[string]string{}, map[string]submitter.Batch{}
	}
	if m.fail != nil {
		return m.fail(op, b)
	}
	return nil
}

func (m *memory) Intend(_ context.Context, b submitter.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check("intend", b); err != nil {
		return err
	}
	if _, ok := m.open[b.ID]; ok || b.ID == "" || b.Attempts < 1 || b.Sent.IsZero() {
		return fmt.Errorf("batch %+v is intended twice, or is not one", b)
	}
	for _, u := range b.URLs {
		if s := m.states[u]; s == submitter.Intent || s == submitter.Unknown || s == submitter.Accepted {
			return fmt.Errorf("%s is sent again though it is %s", u, s)
		}
		m.states[u] = submitter.Intent
	}
	m.open[b.ID] = b
	m.order = append(m.order, b.ID)
	return nil
}

func (m *memory) Settle(_ context.Context, b submitter.Batch, o submitter.Outcome) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check("settle", b); err != nil {
		return err
	}
	if _, ok := m.open[b.ID]; !ok || len(o.States) != len(b.URLs) {
		return fmt.Errorf("batch %s was not intended, or its outcome is not its own", b.ID)
	}
	rest := b
	rest.URLs, rest.Costs = nil, nil
	for i, u := range b.URLs {
		m.states[u] = o.States[i]
		m.jobs[u] = o.Receipt.JobID
		if o.States[i] == submitter.Unknown {
			rest.URLs, rest.Costs = append(rest.URLs, u), append(rest.Costs, b.Cost(i))
		}
	}
	delete(m.open, b.ID)
	if len(rest.URLs) > 0 {
		m.open[b.ID] = rest
	}
	return nil
}

func (m *memory) Unsettled(context.Context) ([]submitter.Batch, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check("unsettled", submitter.Batch{}); err != nil {
		return nil, err
	}
	var batches []submitter.Batch
	for _, id := range m.order {
		if b, ok := m.open[id]; ok {
			batches = append(batches, b)
		}
	}
	return batches, nil
}

func (m *memory) count(s submitter.State) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, got := range m.states {
		if got == s {
			n++
		}
	}
	return n
}

// spender is a memory that also counts.
type spender struct{ *memory }

func (s spender) Spent(context.Context, string) (int, error) {
	return s.spent + s.count(submitter.Accepted), nil
}

// accepted are the URLs that were.
func (m *memory) accepted() map[string]bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	urls := map[string]bool{}
	for u, s := range m.states {
		if s == submitter.Accepted {
			urls[u] = true
		}
	}
	return urls
}
