package warm

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/cachestatus"
	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

const (
	// maxProbes bounds the URLs of one sample: the ratio of a thousand is right within 3 percent, whatever it is of.
	maxProbes = 1000
	// probeConcurrency is how many are asked for side by side.
	probeConcurrency = 8
	// maxProbe bounds what is taken of an answer whose server does not know ranges.
	maxProbe = 1 << 20
)

// Probe is what one URL was answered with. Its JSON names are a promise.
type Probe struct {
	URL string `json:"url"`
	// Cache is hit, miss, other or none, as Header says, or failed, and then why.
	Cache  string `json:"cache"`
	Header string `json:"header,omitempty"`
	// Place is the cache's own name for where it stands, where it tells.
	Place  string `json:"place,omitempty"`
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
}

// failedProbe is the Cache of a URL that could not be had.
const failedProbe = "failed"

// Sample counts probes by what their cache said. Its JSON names are a promise.
type Sample struct {
	Sampled int `json:"sampled"`
	Hit     int `json:"hit"`
	Miss    int `json:"miss"`
	// Other was neither, as the cache is told not to hold it; None did not tell; Failed could not be had.
	Other  int `json:"other"`
	None   int `json:"none"`
	Failed int `json:"failed"`
	// HitRatio is Hit of Hit and Miss; 0 of none.
	HitRatio float64 `json:"hit_ratio"`
}

func (s *Sample) count(p Probe) {
	s.Sampled++
	switch p.Cache {
	case string(cachestatus.Hit):
		s.Hit++
	case string(cachestatus.Miss):
		s.Miss++
	case string(cachestatus.Other):
		s.Other++
	case failedProbe:
		s.Failed++
	default:
		s.None++
	}
	if told := s.Hit + s.Miss; told > 0 {
		s.HitRatio = float64(s.Hit) / float64(told)
	}
}

// Verification is what a cache had before a run and after it, seen from one place. Its JSON names are a promise.
type Verification struct {
	Vantage string `json:"vantage"`
	// Before is of other URLs than After: asking for a URL makes a cache fetch it.
	Before *Sample `json:"before,omitempty"`
	After  Sample  `json:"after"`
	// AskedBefore is how many of After an earlier look had asked for within plan.ttl and the cache had not: it fetched them
	// then, so that they say nothing of what was warmed. They are only asked for when no others are left.
	AskedBefore int `json:"asked_before,omitempty"`
	// Places is how many answers came from where, by the caches' own names; only of those that tell.
	Places map[string]int `json:"places,omitempty"`
}

// vantage is the name of the place that is looked from.
func (w *Warmer) vantage() string {
	if name := w.Config.Verify.Vantage; name != "" {
		return name
	}
	host, err := os.Hostname()
	if err != nil {
		return "unknown"
	}
	return host
}

// Verify asks the caches for a share of the URLs, chosen by chance, one byte of each, and counts what they say. each is
// told of every answer, one at a time; nil is not. What a cache lacked is remembered in the ledger, if there is one: it
// has fetched that by then. The error is the context's, or the ledger's.
func (w *Warmer) Verify(ctx context.Context, urls []string, share float64, each func(Probe)) (Verification, error) {
	v := Verification{Vantage: w.vantage()}
	l, err := w.besideLedger(ctx)
	if err != nil {
		return v, err
	}
	if l != nil {
		defer l.Close()
	}
	p := prober{w: w, ledger: l, v: &v}
	chosen, _, err := p.sample(ctx, urls, share)
	if err == nil {
		err = p.probe(ctx, chosen, &v.After, each)
	}
	return v, err
}

// besideLedger opens the ledger beside whoever holds it; nil when there is none.
func (w *Warmer) besideLedger(ctx context.Context) (*ledger.Ledger, error) {
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, w.LedgerOptions(ctx))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = l.Close()
	}
	if err != nil {
		return nil, err
	}
	return ledger.OpenShared(ctx, w.Config.State, w.LedgerOptions(ctx))
}

// prober asks caches for URLs.
type prober struct {
	w      *Warmer
	ledger *ledger.Ledger // nil remembers nothing
	v      *Verification
	// asked are the URLs that an earlier look has made a cache fetch.
	asked map[string]bool
}

// sample chooses a share of the URLs by chance, at least one, to be asked for after they are warmed, and of the rest as
// many again, to be asked for before. Those have no path in common with the others: a cache may go by that alone.
func (p *prober) sample(ctx context.Context, urls []string, share float64) (after, before []string, err error) {
	if p.ledger != nil {
		if p.asked, err = p.ledger.Probed(ctx, time.Now().Add(-p.w.Config.Plan.TTL)); err != nil {
			return nil, nil, err
		}
	}
	n := min(int(math.Ceil(float64(len(urls))*share)), len(urls), maxProbes)
	shuffled := p.shuffled(urls)
	after = shuffled[:n]
	paths := map[string]bool{}
	for _, url := range after {
		paths[pathOf(url)] = true
	}
	for _, url := range shuffled[n:] {
		if path := pathOf(url); len(before) < n && !p.asked[url] && !paths[path] {
			before = append(before, url)
			paths[path] = true
		}
	}
	return after, before, nil
}

// shuffled are the URLs by chance: those first that tell most, which nobody has asked for, and which differ in their path.
func (p *prober) shuffled(urls []string) []string {
	out := make([]string, len(urls))
	last := make(map[string]int, len(urls))
	paths := map[string]bool{}
	for i, j := range rand.Perm(len(urls)) {
		url := urls[j]
		path := pathOf(url)
		out[i], last[url] = url, 2*number(p.asked[url])+number(paths[path])
		paths[path] = true
	}
	slices.SortStableFunc(out, func(a, b string) int { return last[a] - last[b] })
	return out
}

// pathOf is the URL without its query.
func pathOf(url string) string {
	path, _, _ := strings.Cut(url, "?")
	return path
}

// number is 1 of true.
func number(is bool) int {
	if is {
		return 1
	}
	return 0
}

// probe asks for each URL, and remembers which the caches lacked.
func (p *prober) probe(ctx context.Context, urls []string, into *Sample, each func(Probe)) error {
	var lacked []string
	p.w.askAll(ctx, urls, func(probe Probe) {
		into.count(probe)
		if into == &p.v.After {
			p.v.AskedBefore += number(p.asked[probe.URL])
		}
		if probe.Place != "" {
			if p.v.Places == nil {
				p.v.Places = map[string]int{}
			}
			p.v.Places[probe.Place]++
		}
		if probe.Cache == string(cachestatus.Miss) || probe.Cache == string(cachestatus.None) {
			lacked = append(lacked, probe.URL)
		}
		p.w.Watch.progress(StageVerify, into.Sampled, len(urls))
		if each != nil {
			each(probe)
		}
	})
	if p.ledger != nil {
		if err := p.ledger.KeepProbes(context.WithoutCancel(ctx), lacked); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// askAll asks for each URL, some side by side, and tells of each answer. Each is asked for once, and nothing else is: what a
// redirect leads to, or what a first request has left in the cache, may be what another answer is to tell of.
func (w *Warmer) askAll(ctx context.Context, urls []string, tell func(Probe)) {
	client := &fetch.Client{
		Rate: w.Config.Crawl.Rate, Timeout: w.Config.Crawl.Timeout, PrivateNetworks: w.Config.Crawl.PrivateNetworks,
		MaxBody: maxProbe, MinRate: -1, Retries: -1, Stay: true,
	}
	defer client.Close()
	next, answers := make(chan string), make(chan Probe)
	var asking sync.WaitGroup
	for range min(probeConcurrency, len(urls)) {
		asking.Go(func() {
			for url := range next {
				answers <- w.ask(ctx, client, url)
			}
		})
	}
	go func() {
		defer close(answers)
		defer asking.Wait()
		defer close(next)
		for _, url := range urls {
			select {
			case next <- url:
			case <-ctx.Done():
				return
			}
		}
	}()
	for p := range answers {
		tell(p)
	}
}

// ask requests the first byte of a URL, as the variant that is warmed.
func (w *Warmer) ask(ctx context.Context, client *fetch.Client, url string) Probe {
	h := header(w.Config.Submit.Headers)
	h.Set("Range", "bytes=0-0")
	resp, err := client.Get(ctx, url, h)
	if redirect, ok := errors.AsType[*fetch.RedirectError](err); ok {
		return Probe{URL: url, Cache: string(cachestatus.Other), Status: statusOf(err), Error: redirect.Error()}
	}
	if err != nil {
		return Probe{URL: url, Cache: failedProbe, Status: statusOf(err), Error: err.Error()}
	}
	_ = resp.Body.Close()
	status, name := cachestatus.Read(resp.Header)
	return Probe{URL: url, Cache: string(status), Header: name, Place: cachestatus.Place(resp.Header), Status: resp.Status}
}
