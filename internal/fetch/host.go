package fetch

import (
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// host is what is known of one: how fast it is asked, and whether it answers at all.
type host struct {
	name    string
	limiter *rate.Limiter

	mu      sync.Mutex
	pace    pace
	breaker breaker
	budget  float64 // retries that may still be made
}

// hosts has them by name. Its zero value is ready.
type hosts struct {
	mu sync.RWMutex
	m  map[string]*host
}

// get returns the host of a name, and makes it where it is new.
func (hs *hosts) get(name string, perSecond float64) *host {
	name = strings.ToLower(name)
	hs.mu.RLock()
	h := hs.m[name]
	hs.mu.RUnlock()
	if h != nil {
		return h
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if h = hs.m[name]; h != nil {
		return h
	}
	if hs.m == nil {
		hs.m = make(map[string]*host)
	}
	if len(hs.m) >= maxHosts {
		hs.forget()
	}
	h = &host{name: name, budget: retryBudget}
	h.pace.base, h.pace.now = perSecond, perSecond
	h.limiter = rate.NewLimiter(rate.Limit(perSecond), burst(perSecond))
	hs.m[name] = h
	return h
}

// forget makes room: first of the hosts that nothing is held against, then, where all are in trouble, of any eighth one.
func (hs *hosts) forget() {
	now := time.Now()
	for name, h := range hs.m {
		h.mu.Lock()
		plain := h.pace.now == h.pace.base && now.After(h.pace.until) && h.breaker.failures == 0 && !h.pace.asked
		h.mu.Unlock()
		if plain && h.limiter.TokensAt(now) >= float64(h.limiter.Burst()) {
			delete(hs.m, name)
		}
	}
	for name := range hs.m {
		if len(hs.m) < maxHosts*7/8 {
			return
		}
		delete(hs.m, name)
	}
}

// burst is how many requests may go out at once: a hundredth of a second's. A slow pace is even, and a fast one does not
// wake a timer for each request.
func burst(perSecond float64) int { return max(1, int(min(perSecond/100, 1e6))) }
