package main

import (
	"context"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/internal/web"
)

// showWorkers has the pages show the workers that share the ledger, and their jobs, until close.
func showWorkers(ctx context.Context, pages *web.Server, d *daemon.Daemon) (close func(), err error) {
	state := d.Settings().State // a change takes a restart
	pages.Workers = func(ctx context.Context) (*fleet.Status, error) { return lookAtWorkers(ctx, state) }
	pages.RiverUI = func() string { return riverUI(d.Settings()) }
	if !postgres.IsDSN(state) {
		return func() {}, nil
	}
	ui, err := fleet.NewUI(ctx, state, web.JobsPath, pages.Log)
	if err != nil {
		return nil, err
	}
	pages.Jobs = ui
	return ui.Close, nil
}

// riverUI is where serve.river_ui has each job shown; empty for nowhere.
func riverUI(c *config.Config) string {
	switch c.Serve.RiverUI {
	case config.Auto:
		if postgres.IsDSN(c.State) {
			return web.JobsPath
		}
		return ""
	case config.Off:
		return ""
	}
	return c.Serve.RiverUI
}
