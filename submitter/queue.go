package submitter

import (
	"slices"
	"sync"
	"time"
)

// What waits to be sent of one zone is bounded by the number of targets and by the bytes of their URLs, some 500 a target.
// A sequence that is longer is read as they go, so that memory does not grow with it; a zone that waits holds up no other
// before that.
const (
	lookAhead      = 1 << 16
	lookAheadBytes = 32 << 20
)

// queue holds the targets of one zone between the sequence and the zone's own goroutine.
type queue struct {
	mu      sync.Mutex
	changed *sync.Cond
	targets []Target
	bytes   int // of their URLs
	// urgent go before all others.
	urgent []Target
	// closed says that no more come but urgent ones; done that nobody takes any more.
	closed, done bool
}

func newQueue() *queue {
	q := new(queue)
	q.changed = sync.NewCond(&q.mu)
	return q
}

// add waits while the queue is full.
func (q *queue) add(t Target) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.full() {
		q.changed.Wait()
	}
	q.targets = append(q.targets, t)
	q.bytes += len(t.URL)
	q.changed.Broadcast()
}

func (q *queue) full() bool { return len(q.targets) >= lookAhead || q.bytes >= lookAheadBytes }

// hurry adds a target before all that wait and are not urgent. It reports false when nobody takes any more.
func (q *queue) hurry(t Target) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.done {
		return false
	}
	q.urgent = append(q.urgent, t)
	q.changed.Broadcast()
	return true
}

// promote makes a target urgent that waits already.
func (q *queue) promote(url string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.IndexFunc(q.targets, func(t Target) bool { return t.URL == url })
	if i < 0 {
		return // it is being sent, or was
	}
	q.urgent = append(q.urgent, q.targets[i])
	q.bytes -= len(url)
	q.targets = slices.Delete(q.targets, i, i+1)
	q.changed.Broadcast()
}

// close says that no more will come.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.changed.Broadcast()
}

// finish ends a queue that is closed and empty, and reports whether it is.
func (q *queue) finish() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done = q.done || q.closed && len(q.targets)+len(q.urgent) == 0
	return q.done
}

// await waits for n targets, for the last ones, or for an urgent one; as soon as there are any, which is so from the start
// when others wait beside the queue, for no longer than gather.
func (q *queue) await(n int, others bool, gather time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var timer *time.Timer
	late := false
	for len(q.targets) < n && !q.full() && !q.closed && len(q.urgent) == 0 && !late {
		if timer == nil && (others || len(q.targets) > 0) {
			timer = time.AfterFunc(gather, func() {
				q.mu.Lock()
				defer q.mu.Unlock()
				late = true
				q.changed.Broadcast()
			})
			defer timer.Stop()
		}
		q.changed.Wait()
	}
}

// take appends the next targets to dst, at most n, without waiting.
func (q *queue) take(dst []Target, n int) []Target {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(max(n, 0), len(q.targets))
	dst = append(dst, q.targets[:n]...)
	for _, t := range q.targets[:n] {
		q.bytes -= len(t.URL)
	}
	q.targets = q.targets[n:]
	q.changed.Broadcast()
	return dst
}

// takeUrgent appends all that are urgent to dst.
func (q *queue) takeUrgent(dst []Target) []Target {
	q.mu.Lock()
	defer q.mu.Unlock()
	dst = append(dst, q.urgent...)
	q.urgent = nil
	return dst
}
