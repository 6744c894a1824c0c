package submitter_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// journal is the least that a Journal does. A real one commits each step to a database before it returns.
type journal struct {
	mu   sync.Mutex
	open []submitter.Batch
}

func (j *journal) Intend(_ context.Context, b submitter.Batch) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.forget(b.ID)
	j.open = append(j.open, b)
	return nil
}

// Settle keeps of a batch what is still in doubt.
func (j *journal) Settle(_ context.Context, b submitter.Batch, o submitter.Outcome) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.forget(b.ID)
	doubt := b
	doubt.URLs, doubt.Costs = nil, nil
	for i, state := range o.States {
		if state == submitter.Unknown {
			doubt.URLs = append(doubt.URLs, b.URLs[i])
			doubt.Costs = append(doubt.Costs, b.Cost(i))
		}
	}
	if len(doubt.URLs) > 0 {
		j.open = append(j.open, doubt)
	}
	return nil
}

func (j *journal) Unsettled(context.Context) ([]submitter.Batch, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.open), nil
}

func (j *journal) forget(id string) {
	j.open = slices.DeleteFunc(j.open, func(b submitter.Batch) bool { return b.ID == id })
}

// A process was killed between a call and its answer. What its journal has open is asked for before anything is sent,
// so that the unit it cost is not spent again.
func ExampleJournal() {
	const film = "https://cdn.example.com/film.mp4"
	sent := time.Now().Add(-time.Minute)
	api := &cdn{accepted: []submitter.Task{{JobID: "job-1", URL: film, Status: "success", Created: sent}}}
	kept := &journal{open: []submitter.Batch{{ID: "batch-1", Zone: "zone-1", URLs: []string{film}, Sent: sent, Attempts: 1}}}

	s := &submitter.Submitter{API: api, Journal: kept}
	summary, err := s.Reconcile(context.Background())
	fmt.Println(summary.Accepted, "accepted,", summary.Unknown, "unknown,", len(kept.open), "open", err)
	// Output:
	// 1 accepted, 0 unknown, 0 open <nil>
}
