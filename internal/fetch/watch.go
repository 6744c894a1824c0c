package fetch

import (
	"context"
	"sync"
	"time"
)

// limits are the time limits of a Client, with its defaults in place.
type limits struct {
	connect, header, idle, total time.Duration
	rate                         int64 // bytes a second over rateWindow; 0: none
}

// watch ends a request that takes too long. It counts the time in which somebody waits for the server and no other, so
// that a consumer may take its time with a body. One timer does for all limits: it is set for the earliest of them, and
// what became of the request since is looked at when it fires. That costs a request nothing while it is well.
type watch struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	limits *limits
	total  time.Duration // what is left of the limit

	mu     sync.Mutex
	timer  *time.Timer
	fires  time.Time     // when timer does; zero when it is not set
	since  time.Time     // when the present wait began; zero when nobody waits
	waited time.Duration // by all waits before
	body   bool          // the headers are in
	bytes  int64         // of the body
	done   bool

	window      time.Duration // when, in waited time, the present rateWindow began
	windowBytes int64         // bytes at that time
}

// start begins to wait for headers. total is what is left of the fetch's time.
func (w *watch) start(ctx context.Context, l *limits, total time.Duration) {
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.limits, w.total = l, total
	now := time.Now()
	d := min(l.header, total)
	w.mu.Lock()
	w.since, w.fires = now, now.Add(d)
	w.timer = time.AfterFunc(d, w.fire)
	w.mu.Unlock()
}

// headers notes that they are in, and returns how long they took.
func (w *watch) headers() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.leave(0)
	w.body, w.window = true, w.waited
	return w.waited
}

// enter begins a wait for the body.
func (w *watch) enter() {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.since = now
	if _, d := w.next(now); w.fires.IsZero() || now.Add(d).Before(w.fires) {
		w.set(now, d)
	}
}

// hurry leaves d to wait, and no more.
func (w *watch) hurry(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits = &limits{idle: d, total: d}
	w.total = w.waited + d
}

// left ends a wait that brought n bytes.
func (w *watch) left(n int) {
	w.mu.Lock()
	w.leave(n)
	w.mu.Unlock()
}

func (w *watch) leave(n int) {
	if !w.since.IsZero() {
		w.waited += time.Since(w.since)
		w.since = time.Time{}
	}
	w.bytes += int64(n)
}

// next is the limit that comes first from now on, and how far it is; it is over when that is not above zero.
func (w *watch) next(now time.Time) (*TimeoutError, time.Duration) {
	wait := now.Sub(w.since)
	waited := w.waited + wait
	if !w.body {
		return w.earlier(waited, TimeoutError{Phase: "headers", Limit: w.limits.header}, w.limits.header-wait)
	}
	err, d := TimeoutError{Phase: "idle", Limit: w.limits.idle}, w.limits.idle-wait
	if w.limits.rate > 0 {
		if left := w.measure(waited); left < d {
			err, d = TimeoutError{Phase: "rate", Limit: rateWindow, Rate: w.limits.rate}, left
		}
	}
	return w.earlier(waited, err, d)
}

// earlier is err, or the total's when that comes first.
func (w *watch) earlier(waited time.Duration, err TimeoutError, d time.Duration) (*TimeoutError, time.Duration) {
	if left := w.total - waited; left < d {
		return &TimeoutError{Phase: "total", Limit: w.limits.total}, left
	}
	return &err, d
}

// measure is how far the end of the rateWindow is. A window that brought enough is followed by another one.
func (w *watch) measure(waited time.Duration) time.Duration {
	left := w.window + rateWindow - waited
	if left <= 0 && w.bytes-w.windowBytes >= w.limits.rate*int64(rateWindow/time.Second) {
		w.window, w.windowBytes = waited, w.bytes
		left = rateWindow
	}
	return left
}

// fire is called by the timer.
func (w *watch) fire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fires = time.Time{}
	if w.done || w.since.IsZero() {
		return
	}
	now := time.Now()
	err, d := w.next(now)
	if d > 0 {
		w.set(now, d)
		return
	}
	w.done = true
	w.cancel(err)
}

func (w *watch) set(now time.Time, d time.Duration) {
	w.fires = now.Add(d)
	w.timer.Reset(d)
}

// stop ends the watch and frees what it holds. It returns how long the server was waited for.
func (w *watch) stop() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.leave(0)
	if !w.done {
		w.done = true
		w.timer.Stop()
		w.cancel(nil)
	}
	return w.waited
}

// cause is the limit that ended the request, or else err.
func (w *watch) cause(err error) error {
	if t, ok := context.Cause(w.ctx).(*TimeoutError); ok {
		return t
	}
	return err
}
