package warm

import (
	"context"
	"time"

	"github.com/edgewarm/edgewarm/internal/launch"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// plan makes the schedule of what is still to be sent, and books its units if there is a ledger to book them in.
func (r *launcher) plan(ctx context.Context, l *ledger.Ledger) error {
	now := time.Now()
	zones := map[string][]string{}
	var todo []launch.Item
	for _, t := range r.targets {
		zones[t.Zone] = nil
		if r.toSend(t.URL) {
			todo = append(todo, t.Item)
		}
	}
	quotas, err := r.quotasFor(ctx, zones, l == nil, &r.faults)
	if err != nil {
		return err
	}
	terms, err := r.terms(ctx, l, now, quotas)
	if err != nil {
		return err
	}
	r.schedule = launch.New(todo, terms)
	if l == nil {
		return nil
	}
	return r.book(ctx, l, terms.Days)
}

// terms are what the schedule is made under.
func (r *launcher) terms(ctx context.Context, l *ledger.Ledger, now time.Time, quotas map[string]ZoneQuota) (launch.Terms, error) {
	t := launch.Terms{
		Now: now, At: r.o.At, Margin: r.o.Margin, Job: r.o.Job, TTL: r.Config.Plan.TTL, Bandwidth: r.o.Bandwidth,
		Rate: r.Config.Submit.Rate * submitter.MaxBatch, Days: map[string][]launch.Day{},
	}
	if t.At.IsZero() { // the present day is all there is
		t.At, t.Margin, t.TTL = now.Add(2*t.Job), 0, 0
	}
	booked, err := r.bookedBy(ctx, l, now)
	for zone, quota := range quotas {
		if quota.Batch > 0 {
			t.Rate = min(t.Rate, r.Config.Submit.Rate*float64(quota.Batch))
		}
		t.Days[zone] = r.quotaDays(zone, quota, now, t.At, booked)
	}
	return t, err
}

// quotaDays are those of a zone from the present one to the release, and what of them the launch may spend.
func (r *launcher) quotaDays(zone string, quota ZoneQuota, now, at time.Time, booked map[bookedDay]int) (days []launch.Day) {
	from, units := now, quota.Budget
	for len(days) == 0 || from.Before(at) {
		to := r.nextReset(from)
		name := r.dayName(from)
		if len(days) > 0 {
			units = max(r.dailyBudget(quota)-booked[bookedDay{zone, name}], 0)
		}
		days = append(days, launch.Day{Name: name, From: from, To: to, Units: units})
		if from = to; r.o.At.IsZero() {
			break
		}
	}
	return days
}

// dayName is how the ledger calls the quota day of a time.
func (r *launcher) dayName(t time.Time) string {
	reset := r.resetOrDefault()
	return ledger.DayOf(t, reset.Hour, reset.Zone)
}

// bookedDay is a quota day of a zone.
type bookedDay struct{ zone, day string }

// bookedBy is what other launches keep of the days to come.
func (r *launcher) bookedBy(ctx context.Context, l *ledger.Ledger, now time.Time) (map[bookedDay]int, error) {
	booked := map[bookedDay]int{}
	if l == nil {
		return booked, nil
	}
	all, err := l.Bookings(ctx, r.dayName(now))
	for _, b := range all {
		if b.Launch != r.Launch {
			booked[bookedDay{b.Zone, b.Day}] += b.Units
		}
	}
	return booked, err
}

// book keeps the units of the schedule, and no others.
func (r *launcher) book(ctx context.Context, l *ledger.Ledger, days map[string][]launch.Day) error {
	units := map[bookedDay]int{}
	for _, share := range r.schedule.Shares {
		units[bookedDay{share.Zone, share.Day}] += share.Units
	}
	var bookings []ledger.Booking
	for zone, of := range days {
		for _, day := range of {
			bookings = append(bookings, ledger.Booking{
				Launch: r.Launch, Zone: zone, Day: day.Name, Units: units[bookedDay{zone, day.Name}],
			})
		}
	}
	return l.Book(ctx, bookings...)
}

// due are the targets that can be sent now: those of shares that have begun, in the order of the launch. What goes last
// is due when all else of its title is warm, or when it can wait no longer.
func (r *launcher) due(now time.Time) (due []submitter.Target) {
	hurry := r.o.At.IsZero() || !now.Before(r.lastBy())
	waiting := r.waiting()
	for _, share := range r.schedule.Shares {
		if share.From.After(now) {
			continue
		}
		for _, item := range share.Items {
			if item.Last && !hurry && waiting[r.targets[r.items[item.URL]].title] {
				continue
			}
			due = append(due, submitter.Target{URL: item.URL, Zone: item.Zone, Cost: item.Cost})
		}
	}
	return due
}

// lastBy is when what goes last can wait no longer.
func (r *launcher) lastBy() time.Time { return r.o.At.Add(-r.o.Margin - r.o.Job) }

// waiting are the titles of which something that does not go last is not warm yet.
func (r *launcher) waiting() map[string]bool {
	waiting := map[string]bool{}
	for _, t := range r.targets {
		if !t.Last && r.standing(t.URL) != isReady {
			waiting[t.title] = true
		}
	}
	return waiting
}
