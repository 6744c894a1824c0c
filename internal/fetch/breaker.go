package fetch

import (
	"fmt"
	"time"
)

const (
	// breakAfter is how many failed connections in a row say that a host is down.
	breakAfter = 10
	// breakFor is how long it is then left alone, before one request tries again.
	breakFor = 30 * time.Second
)

// BreakerError says that a host was not asked because it did not answer for a while.
type BreakerError struct {
	Host string
	// Failures is how many requests failed in a row.
	Failures int
	// Err is the last one's error.
	Err error
}

func (e *BreakerError) Error() string {
	return fmt.Sprintf("%s is left alone for a while after %d failures in a row, the last one: %v", e.Host, e.Failures, e.Err)
}

// Unwrap returns Err.
func (e *BreakerError) Unwrap() error { return e.Err }

// breaker keeps a host that is down from taking the time of all others.
type breaker struct {
	failures int
	retry    time.Time // when one may try again
	last     error
}

// allow says whether the host may be asked. While it is down one request in breakFor may try.
func (h *host) allow() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	b := &h.breaker
	if b.failures < breakAfter {
		return nil
	}
	now := time.Now()
	if now.Before(b.retry) {
		return &BreakerError{Host: h.name, Failures: b.failures, Err: b.last}
	}
	b.retry = now.Add(breakFor)
	return nil
}

// failed notes a request without an answer. It reports whether that was the one too many.
func (h *host) failed(err error) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	b := &h.breaker
	b.failures++
	b.last = err
	b.retry = time.Now().Add(breakFor)
	return b.failures == breakAfter
}
