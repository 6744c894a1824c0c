package simulator_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/simulator"
)

func TestParseZone(t *testing.T) {
	t.Parallel()
	got, err := simulator.ParseZone("zone-1= CDN.example.com, *.vod.example.com")
	want := simulator.Zone{ID: "zone-1", Name: "cdn.example.com", Hosts: []string{"cdn.example.com", "*.vod.example.com"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for _, bad := range []string{"", "zone-1", "zone-1=", "zone-1=,", "=a.example"} {
		if _, err := simulator.ParseZone(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestParseMatchAndOutcome(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]simulator.Match{"*/a?x=1": {Glob: "*/a?x=1"}, "*=>* => no such object": {Glob: "*=>*", Reason: "no such object"}} {
		if got, err := simulator.ParseMatch(text); err != nil || got != want {
			t.Errorf("%q: got %+v, %v", text, got, err)
		}
	}
	if got, err := simulator.ParseOutcome("*/gone/*=>invalid"); err != nil || got.Glob != "*/gone/*" || got.Status != "invalid" || got.FailType == "" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "*", "*=>", "*=>lost", "=>failed"} {
		if _, err := simulator.ParseOutcome(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	if _, err := simulator.ParseMatch("=>x"); err == nil {
		t.Error("no error")
	}
}
