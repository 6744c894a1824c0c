package config_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/edgewarm/edgewarm/internal/config"
)

func written(t *testing.T, tmpl config.Template) string {
	t.Helper()
	var b bytes.Buffer
	if err := tmpl.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTemplateIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		tmpl config.Template
		want *config.Config
	}{
		{"nothing given", config.Template{}, changed(func(c *config.Config) {
			c.Sources = []config.Source{{URL: "https://www.example.com/", Weight: 1}}
		})},
		{"all given", config.Template{
			Sources: []string{"https://www.example.com/", "https://cdn.example.com:8443/a b.m3u8?x=1#y"},
			Zone:    "zone-a", Logs: []string{"/var/log/*.gz", "-", "a: b # c"},
		}, changed(func(c *config.Config) {
			c.Sources = []config.Source{{URL: "https://www.example.com/", Weight: 1}, {URL: "https://cdn.example.com:8443/a b.m3u8?x=1#y", Weight: 1}}
			c.Account.Zones = map[string][]string{"zone-a": {"www.example.com", "cdn.example.com"}}
			c.Popularity.Logs = []string{"/var/log/*.gz", "-", "a: b # c"}
		})},
		{"hosts given", config.Template{Zone: "zone-a", Hosts: []string{"*.example.com", "127.0.0.1"}}, changed(func(c *config.Config) {
			c.Sources = []config.Source{{URL: "https://www.example.com/", Weight: 1}}
			c.Account.Zones = map[string][]string{"zone-a": {"*.example.com", "127.0.0.1"}}
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := written(t, c.tmpl)
			got, err := config.Parse("edgewarm.yaml", []byte(text), nil)
			if err != nil {
				t.Fatalf("%v\nin\n%s", err, text)
			}
			if d := cmp.Diff(c.want, got, plainFields, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
		})
	}
}

// commented matches a key that the template has as a comment.
var commented = regexp.MustCompile(`(?m)^( *)# ( *[a-z_]+:( |$).*)$`)

// TestTemplateShowsDefaults takes the comment signs off: what is then read is the default, but for what is an example.
func TestTemplateShowsDefaults(t *testing.T) {
	t.Parallel()
	text := commented.ReplaceAllString(written(t, config.Template{}), "$1$2")
	got, err := config.Parse("edgewarm.yaml", []byte(text), nil)
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	got.Sources, got.Account.Zones, got.Popularity.Logs = nil, nil, nil
	got.Crawl.Exclude, got.Crawl.Rewrite, got.Popularity.SQL = nil, nil, config.SQL{}
	if d := cmp.Diff(config.Default(), got, plainFields, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("want -, got +:\n%s\nin\n%s", d, text)
	}
}

func TestTemplateHasEveryKey(t *testing.T) {
	t.Parallel()
	text := written(t, config.Template{})
	for line := range strings.Lines(printed(t, config.Default())) {
		name, _, found := strings.Cut(strings.TrimSpace(line), ":")
		if found && !regexp.MustCompile(`(?m)^[ #]*`+name+`:`).MatchString(text) {
			t.Errorf("the key %s is not in the template", name)
		}
	}
}
