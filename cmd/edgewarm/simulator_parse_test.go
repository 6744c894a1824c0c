package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func TestParseZone(t *testing.T) {
	t.Parallel()
	got, err := parseZone("zone-1= CDN.example.com, *.vod.example.com")
	want := edgeonetest.Zone{ID: "zone-1", Name: "cdn.example.com", Hosts: []string{"cdn.example.com", "*.vod.example.com"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for _, bad := range []string{"", "zone-1", "zone-1=", "zone-1=,", "=a.example"} {
		if _, err := parseZone(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestParseMatchAndOutcome(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]edgeonetest.Match{"*/a?x=1": {Glob: "*/a?x=1"}, "*=>* => no such object": {Glob: "*=>*", Reason: "no such object"}} {
		if got, err := parseMatch(text); err != nil || got != want {
			t.Errorf("%q: got %+v, %v", text, got, err)
		}
	}
	if got, err := parseOutcome("*/gone/*=>invalid"); err != nil || got.Glob != "*/gone/*" || got.Status != "invalid" || got.FailType == "" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []string{"", "*", "*=>", "*=>lost", "=>failed"} {
		if _, err := parseOutcome(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	if _, err := parseMatch("=>x"); err == nil {
		t.Error("no error")
	}
}

func TestParseFault(t *testing.T) {
	t.Parallel()
	tests := map[string]edgeonetest.Fault{
		"cut, action=CreatePrefetchTask, after=2, times=1, taken": {Kind: edgeonetest.Cut, Action: "CreatePrefetchTask", After: 2, Times: 1, Taken: true},
		"lost":                 {Kind: edgeonetest.Cut, Taken: true},
		"html=503":             {Kind: edgeonetest.HTML, Status: http.StatusServiceUnavailable},
		"error=A.B,chance=0.5": {Kind: edgeonetest.Code, Code: "A.B", Chance: 0.5},
		"delay=3s,every=2":     {Kind: edgeonetest.Delay, Delay: 3 * time.Second, Every: 2},
		"cut,delay=1m":         {Kind: edgeonetest.Cut, Delay: time.Minute},
	}
	for text, want := range tests {
		got, err := parseFault(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", text, err, diff)
		}
	}
	for _, text := range []string{"", "explode", "cut=1", "delay", "delay=soon", "html=x", "cut,often", "cut,after=x"} {
		if got, err := parseFault(text); err == nil || !strings.Contains(err.Error(), "fault") {
			t.Errorf("%q: got %+v and %v, want an error", text, got, err)
		}
	}
}
