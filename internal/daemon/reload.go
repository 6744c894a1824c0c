package daemon

import (
	"context"
	"errors"
	"fmt"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// restarts are the keys that only a restart takes up: what serve has opened by them stays open.
var restarts = []struct {
	key string
	of  func(*config.Config) *string
}{
	{"serve.listen", func(c *config.Config) *string { return &c.Serve.Listen }},
	{"serve.log", func(c *config.Config) *string { return &c.Serve.Log }},
	{"state", func(c *config.Config) *string { return &c.State }},
}

// reload exchanges the config, from the next run on. One that cannot be is refused, and the old one goes on.
func (d *Daemon) reload(ctx context.Context) {
	c, err := d.Load()
	d.Observer.Reloaded(err)
	d.board.reloaded(now(), err)
	if err != nil {
		for _, problem := range problems(err) {
			d.Log.Error("the new config is refused, the old one goes on", "error", problem)
		}
		return
	}
	for _, r := range restarts {
		if fresh, old := r.of(c), r.of(d.Config); *fresh != *old {
			d.Log.Warn("a change takes a restart; the rest of the new config is taken", "key", r.key)
			*fresh = *old
		}
	}
	d.Config = c
	d.settings.Store(c)
	d.table.set(c.Serve.Schedules, now())
	d.beginDays(ctx)
	d.Log.Info("the config was read anew", "sources", len(c.Sources), "schedules", len(c.Serve.Schedules))
}

// beginDays tells the ledger, from which the dashboard reads, when quota days begin: by the config, or as was learned.
func (d *Daemon) beginDays(ctx context.Context) {
	r := (&warm.Warmer{Config: d.Config, Command: "serve"}).Reset(ctx)
	d.Ledger.BeginDays(r.Hour, r.Zone)
	at := fmt.Sprint(r.Hour, r.Zone)
	if d.reset != "" && d.reset != at {
		d.Log.Info("quota days begin at another time", "reset", r.String())
	}
	d.reset = at
}

// problems are the lines of an error, one a problem of a config.
func problems(err error) []string {
	wrong, ok := errors.AsType[*config.Error](err)
	if !ok {
		return []string{err.Error()}
	}
	var lines []string
	for _, p := range wrong.Problems {
		lines = append(lines, p.String())
	}
	return lines
}
