package fetch

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// retryBase and retryCap bound the wait before a retry: anything from nothing to twice as much each time.
	retryBase = 500 * time.Millisecond
	retryCap  = 10 * time.Second
	// retryBudget is how many retries a host may use up at once, and retryShare what each answer adds to it again: when
	// a host is in trouble, a tenth more requests is all that it gets of us.
	retryBudget = 10
	retryShare  = 0.1
)

// spend takes one retry from the host's budget.
func (h *host) spend() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.budget < 1 {
		return false
	}
	h.budget--
	return true
}

// passing tells failures that may be over in a moment. What is not known is: a second request costs little.
func passing(err error) bool {
	if _, ok := errors.AsType[*BlockedError](err); ok {
		return false
	}
	if _, ok := errors.AsType[*TLSError](err); ok {
		return false
	}
	if _, ok := errors.AsType[*BreakerError](err); ok {
		return false
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return false // an answer that is not understood
	}
	if proxy, ok := errors.AsType[*ProxyError](err); ok {
		return passingStatus(proxy.Status)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return !dns.IsNotFound
	}
	if t, ok := errors.AsType[*TimeoutError](err); ok {
		return t.Phase != "total"
	}
	return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// passingStatus tells answers that may be different in a moment.
func passingStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// backoff is the wait before retry n, from 0, with full jitter: clients that failed together come back one by one.
func backoff(n int, base time.Duration) time.Duration {
	return rand.N(min(base<<n, retryCap)) + 1
}

// retryAfter reads the header: seconds, or a date. It is 0 where there is none that makes sense, and not more than
// MaxRetryAfter; cut says that the host asked for more.
func retryAfter(h http.Header, now time.Time) (leave time.Duration, cut bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	if strings.Trim(v, "0123456789") == "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n > int64(MaxRetryAfter/time.Second) {
			return MaxRetryAfter, true
		}
		return time.Duration(n) * time.Second, false
	}
	date, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	leave = max(0, date.Sub(now))
	return min(leave, MaxRetryAfter), leave > MaxRetryAfter
}
