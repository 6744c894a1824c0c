package warm

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/backtest"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// BacktestOptions are those of one back-test.
type BacktestOptions struct {
	// Logs are files, globs, folders and buckets; each is read several times, so that - is none. nil: those of the config.
	Logs []string
	// Resources are what a crawl found. What the logs ask for is added to them; nil takes that alone.
	Resources iter.Seq2[crawler.Resource, error]
	Quotas    []backtest.Quota
	// Days is how many of the last days are scored, at most all but the first.
	Days int
}

const day = 24 * time.Hour

// backtestZone is the zone of all plans of a back-test: the quota is for all of them together.
const backtestZone = "all"

// Reasons why there is nothing to score.
var (
	errNoLog   = &HintError{errors.New("none of the logs could be read"), "name files, folders or globs of access logs"}
	errUndated = &HintError{errors.New("the logs tell no time of any request"), "give logs of at least two days, with the times of the requests"}
	errOneDay  = &HintError{errors.New("the logs are of one day only"), "give logs of at least two days: one to plan from, one to score the plan"}
)

// Backtest replays logs day by day: it makes the plan of each night from the days before, and scores it on the day after.
// Days begin at midnight in UTC. What a resource's lastmod, or that of what lists it, says to be newer than a night was not
// known in it.
func (w *Warmer) Backtest(ctx context.Context, o BacktestOptions) (report *backtest.Report, faults int, err error) {
	r := &replay{Warmer: w, ctx: ctx, faults: &faults}
	if err := r.catalogue(o.Resources); err != nil {
		return nil, faults, err
	}
	logs, err := r.namedLogs(ctx, o.Logs)
	defer logs.close()
	r.tell(err)
	first, last, err := r.scan(logs.logs)
	if err != nil {
		return nil, faults, err
	}
	from := last.Add(-time.Duration(max(o.Days, 1)-1) * day)
	if !from.After(first) {
		from = first.Add(day)
	}
	test := &backtest.Backtest{Zone: backtestZone, Quotas: o.Quotas, Planner: func(n *backtest.Night, budget map[string]int) *planner.Planner {
		return w.planner(r.planning(n, budget))
	}}
	for at := from; !at.After(last); at = at.Add(day) {
		w.Watch.progress(StageReplay, int(at.Sub(from)/day), int(last.Sub(from)/day)+1)
		if err := r.replay(test, at); err != nil {
			return nil, faults, err
		}
	}
	return test.Report(), faults, nil
}

// replay is a back-test under way.
type replay struct {
	*Warmer
	ctx     context.Context
	faults  *int
	files   []dated
	crawled []listed

	// history has the demand as a plan sees it, all the plain counts, of what was before the night; last those of the day
	// before it.
	history, all, last *popularity.Counter
	read               time.Time // what was before it is in history and all
	learned            *popularity.Model
}

// dated is a log, and the times of its first and last requests.
type dated struct {
	popularity.Log
	first, last time.Time
}

// listed is a resource of a crawl, and since when.
type listed struct {
	crawler.Resource
	since time.Time
}

// catalogue takes in what a crawl found.
func (r *replay) catalogue(resources iter.Seq2[crawler.Resource, error]) error {
	if resources == nil {
		return nil
	}
	modified := backtest.LastModified{}
	for resource, err := range r.distinct(resources) {
		if err != nil {
			return err
		}
		r.crawled = append(r.crawled, listed{resource, modified.Of(&resource)})
	}
	if len(r.crawled) == 0 {
		return &HintError{errors.New("the file of resources is empty"), "give it what edgewarm crawl prints"}
	}
	return nil
}

// tell tells of the logs that could not be found or read.
func (r *replay) tell(err error) {
	if r.ctx.Err() != nil {
		return
	}
	for _, err := range split(err) {
		*r.faults++
		r.Watch.fault(err, hintOf(err, logHint(err)))
	}
}

// scan reads all logs once, for the first and the last day that they tell of.
func (r *replay) scan(logs []popularity.Log) (first, last time.Time, err error) {
	stats, err := r.counter().Logs(r.ctx, logs...)
	if r.ctx.Err() != nil {
		return first, last, context.Cause(r.ctx)
	}
	r.tell(err)
	now, lines := time.Now(), 0
	for i, s := range stats {
		lines += s.Lines
		if s.First.IsZero() {
			continue
		}
		if s.Last.After(now) { // a clock that is wrong must not make days without end
			s.Last = now
		}
		r.files = append(r.files, dated{logs[i], s.First, s.Last})
		if first.IsZero() || s.First.Before(first) {
			first = s.First
		}
		if s.Last.After(last) {
			last = s.Last
		}
	}
	first, last = first.Truncate(day), last.Truncate(day)
	switch {
	case lines == 0:
		return first, last, errNoLog
	case len(r.files) == 0:
		return first, last, errUndated
	case !last.After(first):
		return first, last, errOneDay
	}
	r.Watch.detail(fmt.Sprintf("%s of logs, from %s to %s", counted(len(r.files), "file"), first.Format(time.DateOnly), last.Format(time.DateOnly)))
	return first, last, nil
}

// counter counts as the config says, but plainly: what is old counts as much as what is new.
func (r *replay) counter() *popularity.Counter {
	c := r.Warmer.counter()
	c.HalfLife = 0
	return c
}

// count reads what the logs have of a span into a counter.
func (r *replay) count(c *popularity.Counter, since, before time.Time) error {
	c.Since, c.Before = since, before
	for _, f := range r.files {
		if !f.first.Before(before) || f.last.Before(since) {
			continue
		}
		if err := r.readInto(c, f.Log); err != nil {
			return err
		}
	}
	return nil
}

// readInto reads a log that a counter may have read before, for another span. What is wrong with it was told when it was
// scanned.
func (r *replay) readInto(c *popularity.Counter, l popularity.Log) error {
	file, err := l.Open(r.ctx)
	if err == nil {
		defer file.Close()
		_, err = c.Read(r.ctx, l.Name, file)
	}
	if err != nil && r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	return nil
}

// replay scores the plan of one night.
func (r *replay) replay(test *backtest.Backtest, at time.Time) error {
	if err := r.learn(at); err != nil {
		return err
	}
	after := r.counter()
	if err := r.count(after, at, at.Add(day)); err != nil {
		return err
	}
	night := &backtest.Night{
		Day: at, Resources: r.resources(at), Listed: r.crawled != nil,
		Last: r.last, All: r.all, After: after, Total: total(after),
	}
	r.last = after
	if night.Total.Requests == 0 {
		r.Watch.note("the logs have nothing of " + at.Format(time.DateOnly) + ", which is left out")
		return nil
	}
	test.Run(night)
	return nil
}

// learn reads on, up to a night.
func (r *replay) learn(at time.Time) error {
	if r.history == nil {
		r.history, r.all, r.last = r.counter(), r.counter(), r.counter()
		r.history.HalfLife = r.Config.Popularity.HalfLife
		if err := r.count(r.last, at.Add(-day), at); err != nil {
			return err
		}
	}
	for _, c := range []*popularity.Counter{r.history, r.all} {
		if err := r.count(c, r.read, at); err != nil {
			return err
		}
	}
	r.read, r.learned = at, nil
	return nil
}

func total(c *popularity.Counter) (sum planner.Demand) {
	for _, d := range c.All() {
		sum.Requests += d.Requests
		sum.Misses += d.Misses
		sum.Bytes += d.Bytes
	}
	return sum
}

// resources are what was known in a night.
func (r *replay) resources(at time.Time) []crawler.Resource {
	var out []crawler.Resource
	key := r.cacheKey().Key
	crawled := map[string]bool{}
	for _, l := range r.crawled {
		if !l.since.After(at) {
			out = append(out, l.Resource)
			crawled[key(l.URL)] = true
		}
	}
	asked := map[string]bool{}
	for url := range r.all.All() {
		if url = r.wholeURL(url); !crawled[url] {
			asked[url] = true
		}
	}
	for _, url := range slices.Sorted(maps.Keys(asked)) {
		out = append(out, resourceOf(url))
	}
	return out
}

// model is what was learned up to a night. The counts may only be added to when no model of them is in use any more.
func (r *replay) model(night time.Time) *popularity.Model {
	if r.learned == nil {
		r.learned = &popularity.Model{Counter: r.history, At: night}
	}
	return r.learned
}

// planning is what the plans of a back-test are made from.
func (r *replay) planning(n *backtest.Night, budget map[string]int) Planning {
	hosts := r.hosts()
	if len(hosts) == 0 {
		hosts = []string{"*"}
	}
	from := Planning{Zones: map[string][]string{backtestZone: hosts}, Demand: r.model(n.Day)}
	if budget != nil {
		from.Quotas = map[string]ZoneQuota{}
		for zone, units := range budget {
			from.Quotas[zone] = ZoneQuota{Budget: units}
		}
	}
	return from
}
