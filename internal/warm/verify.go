package warm

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"sync"

	"github.com/edgewarm/edgewarm/internal/cachestatus"
	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/urlkey"
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
// told of every answer, one at a time; nil is not. The error is the context's.
func (w *Warmer) Verify(ctx context.Context, urls []string, share float64, each func(Probe)) (Verification, error) {
	v := Verification{Vantage: w.vantage()}
	chosen, _ := sampled(urls, share)
	err := w.probe(ctx, chosen, &v.After, each)
	return v, err
}

// sampled chooses a share of the URLs by chance, at least one, and of the rest as many again.
func sampled(urls []string, share float64) (chosen, others []string) {
	n := min(int(math.Ceil(float64(len(urls))*share)), len(urls), maxProbes)
	shuffled := make([]string, len(urls))
	for i, j := range rand.Perm(len(urls)) {
		shuffled[i] = urls[j]
	}
	return shuffled[:n], shuffled[n:min(2*n, len(shuffled))]
}

// probe asks for each URL.
func (w *Warmer) probe(ctx context.Context, urls []string, into *Sample, each func(Probe)) error {
	client := &fetch.Client{
		Rate: w.Config.Crawl.Rate, Timeout: w.Config.Crawl.Timeout, PrivateNetworks: w.Config.Crawl.PrivateNetworks,
		MaxBody: maxProbe, MinRate: -1,
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
		into.count(p)
		w.Watch.progress(StageVerify, into.Sampled, len(urls))
		if each != nil {
			each(p)
		}
	}
	return context.Cause(ctx)
}

// ask requests the first byte of a URL, as the variant that is warmed.
func (w *Warmer) ask(ctx context.Context, client *fetch.Client, url string) Probe {
	h := header(w.Config.Submit.Headers)
	h.Set("Range", "bytes=0-0")
	resp, err := client.Get(ctx, url, h)
	if err != nil {
		return Probe{URL: url, Cache: failedProbe, Status: statusOf(err), Error: err.Error()}
	}
	_ = resp.Body.Close()
	if len(resp.Redirects) > 0 { // what the headers say is of another URL
		return Probe{URL: url, Cache: string(cachestatus.Other), Status: resp.Status, Error: "it redirects to " + urlkey.Redact(resp.URL)}
	}
	status, name := cachestatus.Read(resp.Header)
	return Probe{URL: url, Cache: string(status), Header: name, Status: resp.Status}
}
