package submitter_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/edgewarm/edgewarm/submitter"
)

// Progress: OnTarget is called once for each target, OnReceipt once for each call that was answered.
func ExampleSubmitter_progress() {
	var targets []submitter.Target
	for i := range 6 {
		targets = append(targets, submitter.Target{URL: fmt.Sprintf("https://cdn.example.com/%d.ts", i), Zone: "zone-1"})
	}
	done, calls := 0, 0
	s := &submitter.Submitter{API: &cdn{}}
	s.OnTarget = func(submitter.Target, submitter.State, string) { done++ }
	s.OnReceipt = func(submitter.Receipt) {
		calls++
		fmt.Printf("call %d answered\n", calls)
	}
	summary, err := s.Submit(context.Background(), slices.Values(targets))
	fmt.Printf("%d of %d known: %d accepted, %d wait for tomorrow's quota %v\n",
		done, len(targets), summary.Accepted, summary.Deferred, err)
	// Output:
	// call 1 answered
	// call 2 answered
	// call 3 answered
	// 6 of 6 known: 5 accepted, 1 wait for tomorrow's quota <nil>
}
