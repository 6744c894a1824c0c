package submitter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// HTTP warms by fetching: it is the API for a CDN or cache that has no prefetch API of its own. Each target is requested
// with GET and read to its end, through whatever cache answers for its URL. That warms the cache that this machine
// reaches, the one of its region, and all bytes come here.
//
// Its fields are its options and are not changed once a method was called; the zero value is ready. It is safe for many
// goroutines.
type HTTP struct {
	// Transport carries the requests. Nil is http.DefaultTransport's kind with no compression that it would undo. It must
	// not follow redirects: an answer that is not 2xx is a failure.
	Transport http.RoundTripper
	// Headers go with each request. CheckHeaders says what they may be.
	Headers map[string]string
	// Limiter paces the requests; nil is 20 a second.
	Limiter *rate.Limiter
	// Concurrency is how many targets are read side by side; 0 is 8.
	Concurrency int
	// Timeout bounds the request of one target, its body included; 0 is 5 minutes.
	Timeout time.Duration
	// Daily is how many targets of a zone may be requested in a day by a Spender's count; 0 is no end.
	Daily int

	once    sync.Once
	client  *http.Client
	limiter *rate.Limiter

	mu   sync.Mutex
	jobs map[string][]Task // what became of each batch's targets, until it was asked for
	ids  []string          // in their order
}

const (
	httpConcurrency = 8
	httpTimeout     = 5 * time.Minute
	// httpBatch keeps a batch at some seconds of the pace, so that one that is interrupted has little in doubt.
	httpBatch = 100
	// httpUnits are what is available where nothing bounds them.
	httpUnits = 1 << 40
	// maxHTTPJobs bounds the jobs whose tasks are kept, 100,000 targets.
	maxHTTPJobs = 1000
)

var _ API = (*HTTP)(nil)

func (h *HTTP) prepare() {
	h.once.Do(func() {
		transport := h.Transport
		if transport == nil {
			transport = &http.Transport{
				Proxy: http.ProxyFromEnvironment, DisableCompression: true, ForceAttemptHTTP2: true,
				MaxIdleConnsPerHost: h.concurrency(), IdleConnTimeout: idleTimeout, MaxResponseHeaderBytes: maxAnswerHeader,
				TLSHandshakeTimeout: handshakeTimeout,
			}
		}
		h.client = &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		if h.limiter = h.Limiter; h.limiter == nil {
			h.limiter = NewLimiter(20)
		}
		h.jobs = map[string][]Task{}
	})
}

func (h *HTTP) concurrency() int {
	if h.Concurrency > 0 {
		return h.Concurrency
	}
	return httpConcurrency
}

// Prefetch implements API: it requests each target of the batch, and returns when all are read. Targets that could not be
// had are in Receipt.Failed. When ctx ends before, none counts as accepted: they may be requested again.
func (h *HTTP) Prefetch(ctx context.Context, b Batch) (Receipt, error) {
	h.prepare()
	if err := CheckHeaders(h.Headers); err != nil {
		return Receipt{}, &Error{Op: "GET", Class: ClassOther, Err: err, Hint: "take it out of submit.headers"}
	}
	reasons := make([]string, len(b.URLs))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(h.concurrency(), len(b.URLs)) {
		wg.Go(func() {
			for i := range next {
				if err := h.get(ctx, b.URLs[i]); err != nil {
					reasons[i] = err.Error()
				}
			}
		})
	}
	for i := range b.URLs {
		next <- i
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil { // to request a target once more spends nothing
		return Receipt{}, &Error{Op: "GET", Class: ClassRetry, Err: context.Cause(ctx)}
	}
	return h.receipt(b, reasons), nil
}

// get requests one target and reads it to its end.
func (h *HTTP) get(ctx context.Context, url string) error {
	if why := targetFault(url); why != "" {
		return errors.New(why)
	}
	if err := waitLimiter(ctx, h.limiter); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, orDefault(h.Timeout, httpTimeout))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	for name, value := range h.Headers {
		req.Header.Set(name, value)
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "edgewarm")
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return withoutURL(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("HTTP status %d", resp.StatusCode)
	}
	if n, err := io.Copy(io.Discard, resp.Body); err != nil {
		return fmt.Errorf("the body was cut after %d bytes: %w", n, err)
	}
	return nil
}

// receipt accepts what has no reason against it, and keeps its tasks.
func (h *HTTP) receipt(b Batch, reasons []string) Receipt {
	r := Receipt{Batch: b.ID, Zone: b.Zone, JobID: "get-" + rand.Text(), Attempts: b.Attempts}
	now := time.Now()
	var tasks []Task
	for i, u := range b.URLs {
		if reasons[i] != "" {
			r.Failed = append(r.Failed, Failure{URL: u, Reason: clean(reasons[i], maxMessage)})
			continue
		}
		r.Accepted++
		tasks = append(tasks, Task{JobID: r.JobID, URL: u, Status: string(Success), Created: now, Updated: now})
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.jobs[r.JobID] = tasks
	if h.ids = append(h.ids, r.JobID); len(h.ids) > maxHTTPJobs {
		delete(h.jobs, h.ids[0])
		h.ids = h.ids[1:]
	}
	return r
}

// Quota implements API: what Daily says, all of which is available as far as HTTP knows. With no end, Daily is 0.
func (h *HTTP) Quota(context.Context, string) (Quota, error) {
	if h.Daily <= 0 {
		return Quota{Batch: httpBatch, Available: httpUnits}, nil
	}
	return Quota{Batch: httpBatch, Daily: h.Daily, Available: h.Daily}, nil
}

// Tasks implements API from what this value did itself: every target that was accepted is a success.
func (h *HTTP) Tasks(_ context.Context, q TaskQuery) ([]Task, int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []Task
	for _, id := range h.ids {
		for _, t := range h.jobs[id] {
			if q.matches(t) {
				found = append(found, t)
			}
		}
	}
	from := min(max(q.Offset, 0), len(found))
	to := len(found)
	if q.Limit > 0 {
		to = min(from+q.Limit, to)
	}
	return found[from:to], len(found), nil
}

// matches is whether the query asks for the task.
func (q TaskQuery) matches(t Task) bool {
	switch {
	case q.JobID != "" && q.JobID != t.JobID, q.Target != "" && q.Target != t.URL:
		return false
	}
	return (q.From.IsZero() || !t.Created.Before(q.From)) && (q.To.IsZero() || !t.Created.After(q.To))
}

// withoutURL takes the method and the address out of an error of http.Client: a receipt has the target beside it.
func withoutURL(err error) error {
	if cause := errors.Unwrap(err); cause != nil {
		return cause
	}
	return err
}

// Close gives up the connections that are kept open.
func (h *HTTP) Close() {
	h.prepare()
	h.client.CloseIdleConnections()
}
