package config_test

import (
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/config"
)

func TestServeIsChecked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"listen: 9321":                                "serve.listen",
		"listen: 127.0.0.1:99999":                     "serve.listen",
		"token: hunter2":                              "serve.token does not say where it is kept",
		"webhook: {url: https://x/hush}":              "serve.webhook.url does not say where it is kept",
		`webhook: {template: "{{.Nope}}"}`:            "serve.webhook.template",
		"log: xml":                                    "serve.log",
		"schedules: [{name: a, cron: daily}]":         "serve.schedules[0].cron",
		"schedules: [{name: a b, cron: '@daily'}]":    "serve.schedules[0].name",
		"schedules: [{name: events, cron: '@daily'}]": "edgewarm's own",
		"schedules: [{name: a, cron: '@daily'}, {name: a, cron: '@hourly'}]":                   "there is a schedule a already",
		"schedules: [{name: a, cron: '@daily', sources: ['https://www.example.com/sitemap']}]": "is none of the sources",
		"schedules: [{name: a, cron: '@daily', wait: -1m}]":                                    "serve.schedules[0].wait",
		"schedules: [{name: a, cron: '@daily', at: noon}]":                                     "unknown key",
	} {
		_, err := config.Parse("edgewarm.yaml", []byte("sources: [https://www.example.com/]\nserve:\n  "+text+"\n"), nil)
		switch {
		case err == nil:
			t.Errorf("%s is taken", text)
		case !strings.Contains(err.Error(), want):
			t.Errorf("%s: got %v, want %q", text, err, want)
		case strings.Contains(err.Error(), "hunter2"), strings.Contains(err.Error(), "hush"):
			t.Errorf("%s: a secret is in %v", text, err)
		}
	}
}

func TestServeIsRead(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("edgewarm.yaml", []byte(`
sources: [https://a.example.com/, {list: urls.txt}]
serve:
  schedules:
    - {name: all-of-it, cron: "30 3 * * *"}
    - {name: list, cron: "@every 15m", sources: [urls.txt], wait: 5m}
`), []string{"EDGEWARM_SERVE_LISTEN=:80", "EDGEWARM_TOKEN=none of ours"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Serve.Listen != ":80" || !c.Serve.CatchUp {
		t.Errorf("%+v", c.Serve)
	}
	if all, one := c.Serve.Schedules[0].Of(c.Sources), c.Serve.Schedules[1].Of(c.Sources); len(all) != 2 || len(one) != 1 || one[0].List != "urls.txt" {
		t.Errorf("got %v and %v", all, one)
	}
}
