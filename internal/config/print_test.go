package config_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/edgewarm/edgewarm/internal/config"
)

func printed(t *testing.T, c *config.Config) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPrintIsReadBack(t *testing.T) {
	t.Parallel()
	for _, g := range good {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			c, err := config.Parse("", []byte(g.yaml), g.environ)
			if err != nil {
				t.Fatal(err)
			}
			c.Crawl.Headers = nil // some are masked
			text := printed(t, c)
			got, err := config.Parse("printed", []byte(text), nil)
			if err != nil {
				t.Fatalf("%v\nin\n%s", err, text)
			}
			if d := cmp.Diff(c, got, plainFields, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("want -, got +:\n%s\nin\n%s", d, text)
			}
		})
	}
}

func TestPrintMasksSecrets(t *testing.T) {
	t.Parallel()
	for _, yaml := range []string{
		"crawl: {headers: {Authorization: Bearer canary, Cookie: a=canary, X-Origin-Key: canary}}",
		"submit: {headers: {X-Api-Token: canary}}",
		"state: postgres://user:canary@db.example/edgewarm",
		"state: postgres://user@db.example/edgewarm?sslpassword=canary",
		"state: 'postgres://user:canary%@db.example/edgewarm'",
		"sources: ['https://user:canary@www.example.com/']",
		"sources: [{url: 'https://www.example.com/a.m3u8?token=canary', weight: 2}]",
		"crawl: {rewrite: [{from: 'https://u:canary@a.example/', to: 'https://b.example/'}]}",
	} {
		c, err := config.Parse("", []byte(yaml), nil)
		if err != nil {
			t.Errorf("%s: %v", yaml, err)
			continue
		}
		if got := printed(t, c); strings.Contains(got, "canary") {
			t.Errorf("%s: shown as\n%s", yaml, got)
		}
	}
}

func TestPrintNamesTheEnvironment(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("", nil, []string{"EDGEWARM_CRAWL_RATE=7"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := printed(t, c), "  rate: 7 # EDGEWARM_CRAWL_RATE\n"; !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwithout %q", got, want)
	}
}

func TestPrintIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("", []byte("account: {zones: {zone-b: [b.example], zone-a: [a.example], zone-c: [c.example]}}\nsubmit: {headers: {C: 1, A: 1, B: 1}}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	first := printed(t, c)
	for range 20 {
		if got := printed(t, c); got != first {
			t.Fatalf("got\n%s\nthen\n%s", first, got)
		}
	}
	if !strings.Contains(first, "zone-a:") || strings.Index(first, "zone-a:") > strings.Index(first, "zone-b:") {
		t.Errorf("the zones are not in order:\n%s", first)
	}
}
