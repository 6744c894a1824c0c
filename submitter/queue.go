package submitter

import "sync"

// lookAhead bounds the targets of one zone that wait to be sent. A sequence that is longer is read as they go, so that
// memory does not grow with it; a zone that waits holds up no other before that.
const lookAhead = 1 << 16

// queue holds the targets of one zone between the sequence and the zone's own goroutine.
type queue struct {
	mu      sync.Mutex
	changed *sync.Cond
	targets []Target
	closed  bool
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
	for len(q.targets) >= lookAhead {
		q.changed.Wait()
	}
	q.targets = append(q.targets, t)
	q.changed.Broadcast()
}

// close says that no more will come.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.changed.Broadcast()
}

// take waits for n targets, or for the last ones, and appends them to dst.
func (q *queue) take(dst []Target, n int) []Target {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.targets) < n && !q.closed {
		q.changed.Wait()
	}
	n = min(n, len(q.targets))
	dst = append(dst, q.targets[:n]...)
	q.targets = q.targets[n:]
	q.changed.Broadcast()
	return dst
}
