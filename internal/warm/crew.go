package warm

import (
	"context"
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/internal/fleet"
)

// crew is the workers that something waits for.
type crew struct {
	*fleet.Coordinator
	rescued, heard time.Time
}

func newCrew(c *fleet.Coordinator) *crew { return &crew{Coordinator: c, heard: time.Now()} }

// wait waits until it is time to look again, and has the jobs of dead workers done by others. It is an error when none took
// part for too long.
func (c *crew) wait(ctx context.Context, t fleet.Turnout) error {
	now := time.Now()
	if t.Workers > 0 && !t.Paused {
		c.heard = now
	}
	if now.Sub(c.heard) >= aloneAfter {
		return noWorker(t)
	}
	if now.Sub(c.rescued) >= sharedRescue {
		c.rescued = now
		if err := c.Rescue(ctx); err != nil {
			return err
		}
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(sharedPoll):
		return nil
	}
}

// noWorker is said when nobody takes part.
func noWorker(t fleet.Turnout) error {
	err := fmt.Errorf("no worker was heard of for %s", aloneAfter)
	hint := "start some with edgewarm worker, with this config"
	switch {
	case t.Paused:
		err = fmt.Errorf("the queue of its jobs is paused, and no worker took part for %s", aloneAfter)
		hint = "it is resumed in River UI, at /river/ of edgewarm serve"
	case t.Others > 0:
		err = fmt.Errorf("%w that may take part, and %s with another config or version", err, counted(t.Others, "worker"))
		hint = "their logs say what differs"
	}
	return &HintError{Err: err, Hint: hint}
}

// sharedStage is a stage with how many take part.
func sharedStage(stage Stage, workers int) Stage {
	return Stage(fmt.Sprintf("%s (%s)", stage, counted(workers, "worker")))
}
