package warm

import (
	"net/http"
	"time"
)

// SetTransport carries the requests to EdgeOne, for tests in virtual time.
func (w *Warmer) SetTransport(t http.RoundTripper) { w.transport = t }

// NextReset is when quotas are whole again after t.
func (w *Warmer) NextReset(t time.Time) time.Time { return w.nextReset(t) }
