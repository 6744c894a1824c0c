package warm

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/planner/popularity"
	"github.com/edgewarm/edgewarm/submitter"
)

// errNotEdgeOne is said of a service that keeps no logs.
var errNotEdgeOne = errors.New("popularity.edgeone asks EdgeOne, and account.api names another service")

// edgeOne is the client that is asked about demand.
func (w *Warmer) edgeOne(ctx context.Context) (*submitter.EdgeOne, error) {
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	if w.edge == nil {
		return nil, &HintError{Err: errNotEdgeOne, Hint: "set popularity.edgeone: off"}
	}
	return w.edge, nil
}

// demandSince is from when on the service is asked about demand.
func (w *Warmer) demandSince(now time.Time) time.Time {
	return now.AddDate(0, 0, -w.Config.Popularity.EdgeOneDays)
}

// serviceTop counts the most requested URLs of each host.
func (d *demand) serviceTop(ctx context.Context, counter *popularity.Counter) error {
	edge, err := d.edgeOne(ctx)
	if err != nil {
		return d.unreached(ctx, err)
	}
	now := time.Now()
	for _, zone := range slices.Sorted(maps.Keys(d.o.Zones)) {
		ask := func(metric submitter.Metric, host string) ([]submitter.Ranked, error) {
			if err := d.limiter.Wait(ctx); err != nil {
				return nil, err
			}
			return edge.Top(ctx, metric, zone, host, d.demandSince(now), now)
		}
		hosts, err := hostsOf(d.o.Zones[zone], ask)
		if err := d.unreached(ctx, err); err != nil {
			return err
		}
		for _, host := range hosts {
			err := d.table(ctx, counter, "the most requested URLs of "+host, func(emit emitter) error { return top(host, ask, emit) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// asker gives a ranking of a zone, of one host or of all.
type asker func(metric submitter.Metric, host string) ([]submitter.Ranked, error)

// hostsOf are the hosts of a zone by their full names: those that *.example.com stands for are what people asked for.
func hostsOf(names []string, ask asker) ([]string, error) {
	hosts := map[string]bool{}
	var wild []string
	for _, name := range names {
		if suffix, ok := strings.CutPrefix(name, "*"); ok {
			wild = append(wild, suffix)
		} else {
			hosts[name] = true
		}
	}
	if len(wild) > 0 {
		ranked, err := ask(submitter.RequestsByDomain, "")
		if err != nil {
			return nil, err
		}
		for _, r := range ranked {
			if slices.ContainsFunc(wild, func(suffix string) bool { return strings.HasSuffix(r.Key, suffix) }) {
				hosts[r.Key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(hosts)), nil
}

// top gives the URLs of one host. Those that only the bytes rank count for nothing, for nobody knows how often they were
// asked for.
func top(host string, ask asker, emit emitter) error {
	requests, err := ask(submitter.RequestsByURL, host)
	if err != nil {
		return err
	}
	ranked, err := ask(submitter.BytesByURL, host)
	if err != nil {
		return err
	}
	bytes := map[string]float64{}
	for _, r := range ranked {
		bytes[r.Key] += r.Value
	}
	for _, r := range requests {
		if !strings.HasPrefix(r.Key, "/") {
			continue
		}
		if err := emit("https://"+host+r.Key, r.Value, bytes[r.Key]); err != nil {
			return err
		}
	}
	return nil
}
