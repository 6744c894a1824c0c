package daemon

import (
	"errors"

	"github.com/edgewarm/edgewarm/internal/config"
)

// reload exchanges the config, from the next run on. One that cannot be is refused, and the old one goes on.
func (d *Daemon) reload() {
	c, err := d.Load()
	d.Observer.Reloaded(err)
	d.board.reloaded(now(), err)
	if err != nil {
		for _, problem := range problems(err) {
			d.Log.Error("the new config is refused, the old one goes on", "error", problem)
		}
		return
	}
	for name, differs := range map[string]bool{"serve.listen": c.Serve.Listen != d.Config.Serve.Listen, "state": c.State != d.Config.State} {
		if differs {
			d.Log.Warn("a change takes a restart; the rest of the new config is taken", "key", name)
		}
	}
	c.Serve.Listen, c.State = d.Config.Serve.Listen, d.Config.State
	d.Config = c
	d.settings.Store(c)
	d.table.set(c.Serve.Schedules, now())
	d.Log.Info("the config was read anew", "sources", len(c.Sources), "schedules", len(c.Serve.Schedules))
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
