package popularity_test

import (
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// FuzzCount wants every URL of the list to be found again by Demand, and no count to be lost between the two.
func FuzzCount(f *testing.F) {
	f.Add(jsonLine("/a", "")+jsonLine("/a?token=1", `,"RequestScheme":"http"`), false)
	f.Add(jsonLine("//a:80/../%2e%2e/%zz?", `,"ClientIP":"1"`), true)
	f.Add("https://h.example.com/a,2.5\n/a,1\nhttp://h.example.com:80,1\n", false)
	f.Add(`1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 206 5 "-" "UA"`+"\n", false)
	f.Fuzz(func(t *testing.T, log string, raw bool) {
		c := &popularity.Counter{Raw: raw, Policy: popularity.Policy{Strip: []string{"token"}}}
		stats, _ := c.Read(t.Context(), "log", strings.NewReader(log))
		left := stats.Methods + stats.Statuses + stats.Bots + stats.Duplicates + stats.Ranges + stats.Outside + stats.Invalid
		if stats.Records != stats.Counted+left {
			t.Errorf("%d records are not %d counted and %d left out", stats.Records, stats.Counted, left)
		}
		n := 0
		for url, d := range c.All() {
			n++
			if strings.HasPrefix(url, "/") || raw {
				continue
			}
			if got := c.Demand(url); got.Requests < d.Requests || got.Bytes < d.Bytes {
				t.Errorf("%q: got %v by its URL, %v in the list", url, got, d)
			}
		}
		if n > c.Len() || n == 0 && stats.Counted > 0 {
			t.Errorf("got %d URLs, Len %d, stats %+v", n, c.Len(), stats)
		}
	})
}
