package edgeonetest_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// account signs what is sent to a simulator.
func account(context.Context) (submitter.Credentials, error) {
	return submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: edgeonetest.DefaultSecretKey}, nil
}

// A pipeline is tested against a zone that has a quota of three, and refuses one of the files: what it accepted, and what
// that cost, is looked up afterwards.
func Example() {
	srv := edgeonetest.NewServer(edgeonetest.Options{
		Zones: []edgeonetest.Zone{{ID: "zone-1", Hosts: []string{"cdn.example.com"}}},
		Daily: 3,
		Fail:  []edgeonetest.Match{{Glob: "*/gone.ts", Reason: "the origin has no such file"}},
	})
	defer srv.Close()

	s := &submitter.Submitter{API: &submitter.EdgeOne{Endpoint: srv.URL, Credentials: account}}
	var targets []submitter.Target
	for _, name := range []string{"master.m3u8", "gone.ts", "1.ts", "2.ts", "3.ts"} {
		targets = append(targets, submitter.Target{URL: "https://cdn.example.com/" + name, Zone: "zone-1"})
	}
	sum, err := s.Submit(context.Background(), slices.Values(targets))
	fmt.Printf("%+v %v\n", sum.Tally, err)

	for _, a := range srv.Accepted() {
		fmt.Println(a.URL)
	}
	counted := srv.Summary()
	fmt.Println(counted.Duplicates, "twice,", counted.Quota["zone-1"].Available, "left")
	// Output:
	// {Accepted:3 Failed:1 Unknown:0 Deferred:1} <nil>
	// https://cdn.example.com/master.m3u8
	// https://cdn.example.com/1.ts
	// https://cdn.example.com/2.ts
	// 0 twice, 0 left
}

// The first answer is lost on its way, after the job was made: the client asks what became of it, and sends nothing twice.
func ExampleFault() {
	srv := edgeonetest.NewServer(edgeonetest.Options{
		Zones:  []edgeonetest.Zone{{ID: "zone-1", Hosts: []string{"cdn.example.com"}}},
		Faults: []edgeonetest.Fault{{Kind: edgeonetest.Cut, Taken: true, Action: "CreatePrefetchTask", Times: 1}},
	})
	defer srv.Close()

	s := &submitter.Submitter{API: &submitter.EdgeOne{Endpoint: srv.URL, Credentials: account}}
	target := submitter.Target{URL: "https://cdn.example.com/master.m3u8", Zone: "zone-1"}
	sum, err := s.Submit(context.Background(), slices.Values([]submitter.Target{target}))
	fmt.Println(sum.Accepted, "accepted,", srv.Summary().Duplicates, "twice", err)
	// Output: 1 accepted, 0 twice <nil>
}
