package submitter_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// cdn is an API of one's own: a service in memory that takes two targets a call, and has a quota of five a day.
type cdn struct{ accepted []submitter.Task }

func (c *cdn) Quota(context.Context, string) (submitter.Quota, error) {
	return submitter.Quota{Batch: 2, Daily: 5, Available: 5 - len(c.accepted)}, nil
}

func (c *cdn) Prefetch(_ context.Context, b submitter.Batch) (submitter.Receipt, error) {
	receipt := submitter.Receipt{JobID: fmt.Sprint("job-", len(c.accepted)+1)}
	for _, url := range b.URLs {
		if url == "https://cdn.example.com/gone.ts" {
			receipt.Failed = append(receipt.Failed, submitter.Failure{URL: url, Reason: "the origin has no such file"})
			continue
		}
		c.accepted = append(c.accepted, submitter.Task{JobID: receipt.JobID, URL: url, Status: "success", Created: time.Now()})
	}
	return receipt, nil
}

func (c *cdn) Tasks(_ context.Context, q submitter.TaskQuery) ([]submitter.Task, int, error) {
	return c.accepted[min(q.Offset, len(c.accepted)):], len(c.accepted), nil
}

// A service of one's own is warmed by three methods. Targets are sent in order, as far as its quota reaches.
func Example() {
	s := &submitter.Submitter{
		API: &cdn{},
		OnReceipt: func(r submitter.Receipt) {
			fmt.Printf("%s: %d accepted %v\n", r.JobID, r.Accepted, r.Failed)
		},
		OnTarget: func(t submitter.Target, state submitter.State, reason string) {
			if state == submitter.Deferred {
				fmt.Println(state, t.URL, "as", reason)
			}
		},
	}
	var targets []submitter.Target
	for _, name := range []string{"master.m3u8", "init.mp4", "gone.ts", "1.ts", "2.ts", "3.ts", "4.ts"} {
		targets = append(targets, submitter.Target{URL: "https://cdn.example.com/" + name, Zone: "zone-1"})
	}
	summary, err := s.Submit(context.Background(), slices.Values(targets))
	fmt.Printf("%+v %v\n", summary.Tally, err)
	// Output:
	// job-1: 2 accepted []
	// job-3: 1 accepted [{https://cdn.example.com/gone.ts the origin has no such file}]
	// job-4: 2 accepted []
	// deferred https://cdn.example.com/4.ts as the day's quota is spent
	// {Accepted:5 Failed:1 Unknown:0 Deferred:1} <nil>
}

// What a job came to is listed page by page.
func ExampleSubmitter_Tasks() {
	s := &submitter.Submitter{API: &cdn{accepted: []submitter.Task{
		{JobID: "job-1", URL: "https://cdn.example.com/master.m3u8", Status: "success"},
		{JobID: "job-1", URL: "https://cdn.example.com/1.ts", Status: "invalid"},
	}}}
	for task, err := range s.Tasks(context.Background(), submitter.TaskQuery{Zone: "zone-1", JobID: "job-1"}) {
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(task.Status, task.URL)
	}
	// Output:
	// success https://cdn.example.com/master.m3u8
	// invalid https://cdn.example.com/1.ts
}
