package crawler

import (
	"fmt"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// soon is how long a signed URL must live to be worth a plan: a night, which is how often most plans are made.
const soon = 24 * time.Hour

// expiring counts the signed URLs of a document that end soon, or have ended.
type expiring struct {
	urls  int
	first time.Time
}

// note takes a URL that was found.
func (e *expiring) note(url string) {
	if strings.IndexByte(url, '?') < 0 {
		return
	}
	at, ok := urlkey.Expiry(url)
	if !ok || time.Until(at) > soon {
		return
	}
	if e.urls++; e.urls == 1 || at.Before(e.first) {
		e.first = at
	}
}

// warnings says so: the signature is part of the cache key.
func (e *expiring) warnings() []Warning {
	if e.urls == 0 {
		return nil
	}
	return []Warning{{Text: fmt.Sprintf("%d signed URLs expire soon, the first at %s: what is warmed under them is asked for under others then",
		e.urls, e.first.Format(time.RFC3339))}}
}
