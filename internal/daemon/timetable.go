package daemon

import (
	"context"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/schedule"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// timetable says when the schedules are due.
type timetable struct{ entries []*entry }

type entry struct {
	config.Schedule
	spec schedule.Schedule
	next time.Time
	// again is when it is tried once more, zero for not.
	again time.Time
}

// set exchanges the schedules. One that stays as it was keeps its time.
func (t *timetable) set(schedules []config.Schedule, now time.Time) {
	var entries []*entry
	for _, s := range schedules {
		spec, err := schedule.Parse(s.Cron)
		if err != nil {
			continue // the config has checked it
		}
		e := &entry{Schedule: s, spec: spec, next: spec.Next(now)}
		if before := t.entry(s.Name); before != nil && before.Cron == s.Cron {
			e.next, e.again = before.next, before.again
		}
		entries = append(entries, e)
	}
	t.entries = entries
}

func (t *timetable) entry(name string) *entry {
	for _, e := range t.entries {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func (t *timetable) find(name string) (config.Schedule, bool) {
	if e := t.entry(name); e != nil {
		return e.Schedule, true
	}
	return config.Schedule{}, false
}

// next is when the first of them is due; zero for never.
func (t *timetable) next() time.Time {
	var first time.Time
	for _, e := range t.entries {
		for _, at := range []time.Time{e.next, e.again} {
			if !at.IsZero() && (first.IsZero() || at.Before(first)) {
				first = at
			}
		}
	}
	return first
}

// due names those whose time has come, each once however often it was, and sets their next time.
func (t *timetable) due(now time.Time) []string {
	var names []string
	for _, e := range t.entries {
		again := !e.again.IsZero() && !e.again.After(now)
		if e.next.After(now) && !again {
			continue
		}
		names = append(names, e.Name)
		e.again = time.Time{}
		if !e.next.After(now) {
			e.next = e.spec.Next(now)
		}
	}
	return names
}

// postpone has a schedule tried again at a time.
func (t *timetable) postpone(name string, at time.Time) {
	if e := t.entry(name); e != nil {
		e.again = at
	}
}

// catchUp queues the schedules that were due while no edgewarm was there, or whose last run was broken off: each once.
// One that never ran waits for its time.
func (d *Daemon) catchUp(ctx context.Context) {
	if !d.Config.Serve.CatchUp {
		return
	}
	for _, e := range d.table.entries {
		last, ok, err := d.Ledger.LastRun(ctx, commandOf(e.Name))
		if err != nil {
			d.Log.Error("what was missed is not known", "schedule", e.Name, "error", err.Error())
			continue
		}
		why := e.missed(last, now())
		if !ok || why == "" {
			continue
		}
		d.Log.Info("a run is caught up", "schedule", e.Name, "reason", why, "last", last.Started)
		_ = d.enqueue(e.Name) // the queue is empty but for others
	}
}

// missed is why a run is to be made up for, empty when it is not.
func (e *entry) missed(last ledger.Run, now time.Time) string {
	switch {
	case last.ID == 0:
		return ""
	case last.Ended.IsZero():
		return "the last one was killed"
	case last.ExitCode == warm.ExitInterrupted:
		return "the last one was broken off"
	case !e.spec.Next(last.Started).After(now):
		return "it was due since"
	}
	return ""
}

// status is what others see of the schedules.
func (t *timetable) status() []ScheduleStatus {
	out := make([]ScheduleStatus, 0, len(t.entries))
	for _, e := range t.entries {
		at := e.next
		if !e.again.IsZero() && e.again.Before(at) {
			at = e.again
		}
		out = append(out, ScheduleStatus{Name: e.Name, Cron: e.Cron, Next: at})
	}
	return out
}
