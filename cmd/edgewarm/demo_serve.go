package main

import (
	"context"
	"path/filepath"
	"text/template"

	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// tryOut is what to paste into another terminal: a shell reads it, so that it can be sourced as well.
var tryOut = template.Must(template.New("").Parse(`# A site at {{.Site}}/ and a simulator of EdgeOne's API at {{.API}}
# with a quota of {{.Daily}} URLs a day. Paste this into another terminal, in an empty folder; Ctrl-C here ends them.
export EDGEWARM_ACCOUNT_ENDPOINT={{.API}} EDGEWARM_CRAWL_PRIVATE_NETWORKS=true
export TENCENTCLOUD_SECRET_ID={{.ID}} TENCENTCLOUD_SECRET_KEY={{.Key}} TENCENTCLOUD_TOKEN=
edgewarm init --source {{.Site}}/ --zone {{.Zone}} --host {{.Host}} --logs '{{.Log}}'
edgewarm check
edgewarm run --wait 30s
edgewarm status
edgewarm report -o report.html
`))

// serveDemo leaves the servers of the demo up and says how to try the other commands on them, until ctx ends.
func (a *app) serveDemo(ctx context.Context, d *demoWorld) error {
	log, err := filepath.Abs(d.config.Popularity.Logs[0])
	if err != nil {
		return err
	}
	err = tryOut.Execute(a.stdout, map[string]any{
		"Site": d.site.URL, "API": d.api.URL, "Daily": demoDaily, "Zone": demoZone, "Host": urlkey.Host(d.site.URL), "Log": log,
		"ID": edgeonetest.DefaultSecretID, "Key": edgeonetest.DefaultSecretKey,
	})
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
