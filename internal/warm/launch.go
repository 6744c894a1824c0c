package warm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/edgewarm/edgewarm/internal/launch"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// LaunchOptions are those of one launch: of the titles that the config's sources lead to.
type LaunchOptions struct {
	// At is the release. Zero is now: what today's quota reaches for is sent at once.
	At time.Time
	// Margin is how long before it everything is to be warm, Job how long the service takes for a job at most.
	Margin, Job time.Duration
	// Bandwidth is how much the origin can serve, in bytes a second; 0 is not bounded.
	Bandwidth float64
	// Stay goes on until everything is warm, or the release: it sends what is for later days, and again what failed once.
	Stay bool
	// DryRun makes the schedule, and neither books nor sends.
	DryRun bool
	// Stdin is what a source called - is read from.
	Stdin io.Reader
	// OnReport is told how far the launch is whenever that may have changed; nil is not.
	OnReport func(LaunchReport)
}

const (
	// launchTries is how often a target is sent that failed at the service, within one process: what fails twice wants a
	// person.
	launchTries = 2
	// launchPoll is how often a launch that stays looks at its jobs, which take minutes, after some quick looks for what is
	// small.
	launchPoll = 30 * time.Second
	// launchIdle is how often it looks at the quota while there is nothing to do: somebody else may have spent of it.
	launchIdle = time.Hour
	// maxLaunchDays bounds how far ahead a release may be; a cache that holds anything for longer is not known.
	maxLaunchDays = 60
)

// errTooFar is said of a release that is no longer a plan.
var errTooFar = &HintError{fmt.Errorf("the release is more than %d days ahead", maxLaunchDays), "launch it nearer to its time"}

// launcher is one launch under way.
type launcher struct {
	*Warmer
	o       LaunchOptions
	targets []launchTarget
	items   map[string]int // by URL, the place in targets
	// states are what the ledger knows of the targets, tries how often this process has sent each.
	states   map[string]ledger.Target
	tries    map[string]int
	schedule launch.Schedule
	faults   int
	handing  handing
}

// RunLaunch warms what the sources lead to in time for a release, ahead of everything else: it books the units that it
// needs on the days on which it needs them, sends what is due, and tells how far each title is. Running it again goes on
// where it was. The report holds what it came to even when the error is not nil.
func (w *Warmer) RunLaunch(ctx context.Context, o LaunchOptions) (LaunchReport, error) {
	r := &launcher{Warmer: w, o: o, tries: map[string]int{}}
	err := error(errTooFar)
	if time.Until(o.At) <= maxLaunchDays*24*time.Hour {
		err = r.discover(ctx)
	}
	return r.finish(ctx, err)
}

// finish launches what was discovered, and reports.
func (r *launcher) finish(ctx context.Context, err error) (LaunchReport, error) {
	if err == nil {
		err = r.run(ctx)
	}
	report := r.report(time.Now())
	report.end(err, r.faults)
	return report, err
}

func (r *launcher) run(ctx context.Context) error {
	if r.o.DryRun {
		if err := r.peek(ctx); err != nil {
			return err
		}
		return r.plan(ctx, nil)
	}
	for {
		err := r.pass(ctx)
		if held := (*ledger.HeldError)(nil); errors.As(err, &held) {
			var again bool
			if again, err = r.yield(ctx, held); again && err == nil {
				continue
			}
		}
		if err != nil {
			return err
		}
		r.tell()
		if !r.o.Stay {
			return nil
		}
		again, err := r.follow(ctx)
		if err != nil || !again {
			return err
		}
	}
}

// CancelLaunch gives back all that the launch has booked. What it has sent stays warm.
func (w *Warmer) CancelLaunch(ctx context.Context) error {
	l, err := ledger.OpenShared(ctx, w.Config.State, w.LedgerOptions(ctx))
	if err != nil {
		return err
	}
	return errors.Join(l.Release(ctx, w.Launch), l.Close())
}

// pass books, and sends what is due, as one of the ledger's runs.
func (r *launcher) pass(ctx context.Context) error {
	s := newSummary()
	return r.record(ctx, &s, &r.faults, func(l *ledger.Ledger) error {
		if err := r.refresh(ctx, l); err != nil {
			return err
		}
		if err := r.plan(ctx, l); err != nil {
			return err
		}
		due := r.due(time.Now())
		s.chosen(len(due), len(due))
		for _, t := range due {
			s.Quota[t.Zone] = QuotaState{}
			r.tries[t.URL]++
		}
		if err := errors.Join(l.PlanTargets(ctx, s.Run, due), l.NameTitles(ctx, r.wholes)); err != nil {
			return err
		}
		if err := r.sendAll(ctx, l, due, &s); err != nil {
			return err
		}
		if err := r.read(ctx, l); err != nil {
			return err
		}
		return r.plan(ctx, l) // what it has spent, it needs no more
	})
}

// sendAll sends what is due, if anything is.
func (r *launcher) sendAll(ctx context.Context, l *ledger.Ledger, due []submitter.Target, s *Summary) error {
	if len(due) == 0 {
		return nil
	}
	return r.send(ctx, l, values(due), s, &r.faults)
}

// follow looks at the jobs until something is to be sent, or until there is nothing to stay for.
func (r *launcher) follow(ctx context.Context) (again bool, err error) {
	for every := firstPoll; ; every = min(2*every, launchPoll) {
		now := time.Now()
		switch {
		case r.ready(), !r.o.At.IsZero() && !now.Before(r.o.At), r.o.At.IsZero() && !r.open():
			return false, nil
		case len(r.due(now)) > 0:
			return true, nil
		}
		if err := pause(ctx, r.idle(now, every)); err != nil {
			return false, err
		}
		if err := r.look(ctx); err != nil {
			return false, err
		}
		r.tell()
	}
}

// idle is how long nothing happens but what every look may tell of the jobs.
func (r *launcher) idle(now time.Time, every time.Duration) time.Duration {
	if r.open() {
		return every
	}
	next := now.Add(launchIdle)
	events := []time.Time{r.o.At, r.lastBy()}
	for _, share := range r.schedule.Shares {
		events = append(events, share.From)
	}
	for _, event := range events {
		if event.After(now) && event.Before(next) {
			next = event
		}
	}
	return next.Sub(now)
}

// look asks what became of the jobs and makes the schedule anew. While another process holds the ledger, it asks itself.
func (r *launcher) look(ctx context.Context) error {
	l, err := r.openLedger(ctx)
	if held := (*ledger.HeldError)(nil); errors.As(err, &held) {
		return nil
	}
	if err != nil {
		return err
	}
	r.held, r.sender = l, nil
	defer func() {
		r.held, r.sender = nil, nil
		_ = l.Close() // what was written is committed
	}()
	if err := r.refresh(ctx, l); err != nil {
		return err
	}
	return r.plan(ctx, l)
}

// refresh asks what became of the jobs, and reads what the ledger knows then. A service that does not answer is asked
// again the next time.
func (r *launcher) refresh(ctx context.Context, l *ledger.Ledger) error {
	jobs, err := l.OpenJobs(ctx, time.Now().Add(-taskMemory))
	if err != nil {
		return err
	}
	if err := r.poll(ctx, l, jobs); err != nil {
		if ctx.Err() != nil || submitter.ClassOf(err) == submitter.ClassUnauthorized {
			return err
		}
		r.Watch.note(err.Error())
	}
	return r.read(ctx, l)
}

func (r *launcher) tell() {
	if r.o.OnReport != nil {
		r.o.OnReport(r.report(time.Now()))
	}
}
