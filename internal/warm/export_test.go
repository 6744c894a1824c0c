package warm

import (
	"context"
	"io"
	"iter"
	"net/http"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/fleet"
)

// SetTransport carries the requests to EdgeOne, for tests in virtual time. In that the ledger is held by an hour: a night
// of the default lease is ten thousand renewals, each of which takes a real disk's time.
func (w *Warmer) SetTransport(t http.RoundTripper) { w.transport, w.lease = t, time.Hour }

// SetFound is what a crawl finds: in virtual time nothing can be fetched.
func (w *Warmer) SetFound(found iter.Seq2[crawler.Resource, error]) { w.found = found }

// Validators are what an origin says of its content, in the place of a real one.
type Validators func(url string) string

func (v Validators) ask(_ context.Context, url, _ string) (string, error) { return v(url), nil }
func (v Validators) close()                                               {}

// SetOrigin asks them in virtual time.
func (w *Warmer) SetOrigin(v Validators) { w.origin = v }

// HiddenByDate is whether a lastmod may hide a change since a resource was warmed.
func HiddenByDate(lastmod, warmed, now time.Time) bool { return hiddenByDate(lastmod, warmed, now) }

// NextReset is when quotas are whole again after t.
func (w *Warmer) NextReset(t time.Time) time.Time { return w.nextReset(t) }

// LaunchFound is RunLaunch of what a crawl would have found: in virtual time nothing can be fetched.
func (w *Warmer) LaunchFound(ctx context.Context, o LaunchOptions, resources []crawler.Resource) (LaunchReport, error) {
	r := &launcher{Warmer: w, o: o, tries: map[string]int{}}
	found := map[string]crawler.Resource{}
	plan, err := w.Plan(ctx, keeping(func(yield func(crawler.Resource, error) bool) {
		for _, resource := range resources {
			if !yield(resource, nil) {
				return
			}
		}
	}, found), Planning{Zones: w.Config.Account.Zones})
	if err == nil {
		r.take(plan.Targets, found)
	}
	return r.finish(ctx, err)
}

// HostPaces are the paces of hosts of a worker.
type HostPaces struct{ *hostPaces }

// OpenHostPaces opens those beside the ledger.
func (w *Warmer) OpenHostPaces(ctx context.Context) (HostPaces, error) {
	h, err := w.openHostPaces(ctx)
	return HostPaces{h}, err
}

// Wait waits for the host.
func (h HostPaces) Wait(ctx context.Context, host string, perSecond float64) error {
	return h.wait(ctx, host, perSecond)
}

// Known is how many paces are not forgotten.
func (h HostPaces) Known() int { return len(h.of) }

// Forget lets go of all that are not in use now.
func (h HostPaces) Forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(time.Now())
}

// Close gives them up.
func (h HostPaces) Close() { h.close() }

// SetBounds bounds what a crawl opens, in documents, and remembers, in bytes of listings; 0 is the crawl's own bound.
func (w *Warmer) SetBounds(documents int, held int64) { w.bounds = bounds{documents, held} }

// FoundLogs are the logs of the config as workers are told of them.
func (w *Warmer) FoundLogs(ctx context.Context, zones map[string][]string) (found []fleet.Log, err error) {
	set, err := w.configLogs(ctx, zones)
	defer set.close()
	for _, l := range set.logs {
		found = append(found, fleet.Log{Name: l.Name, Link: set.links[l.Name], Size: l.Size, Modified: l.Modified})
	}
	return found, err
}

// ReadLog is what a worker does with a log.
func (w *Warmer) ReadLog(ctx context.Context, log fleet.Log, out io.Writer) error {
	return w.readLog(ctx, log, out)
}
