// Package cachestatus reads from the header of a response whether a cache had the object: EdgeOne's EO-Cache-Status, the
// standard Cache-Status (RFC 9211), and what other CDNs and caches write.
package cachestatus

import (
	"net/http"
	"strconv"
	"strings"
)

// Status is what a response says of the cache that is nearest to whoever asked.
type Status string

// The statuses.
const (
	Hit  Status = "hit"  // the cache had it
	Miss Status = "miss" // it had to be fetched
	// Other is neither: the cache was passed by, or is told not to hold it.
	Other Status = "other"
	// None is a response that does not tell.
	None Status = "none"
)

// headers are those that tell, the most telling first. Where several caches have written into one, the last is the
// nearest.
var headers = []string{
	"EO-Cache-Status",   // EdgeOne
	"CF-Cache-Status",   // Cloudflare
	"X-Cache-Lookup",    // Tencent Cloud CDN
	"X-Vercel-Cache",    // Vercel
	"CDN-Cache",         // Bunny
	"CDN-Cache-Status",  // Google Cloud CDN
	"X-Cache",           // CloudFront, Fastly, Akamai, Varnish, Squid, Alibaba
	"X-77-Cache",        // CDN77
	"X-Response-Cache",  // BytePlus and Volcano Engine
	"Cache",             // Gcore
	"X-Cache-Status",    // nginx, by custom
	"X-Proxy-Cache",     // nginx, by custom
	"X-Nginx-Cache",     // nginx, by custom
	"X-Litespeed-Cache", // LiteSpeed
}

// words are what they say, by the words that a value is made of; the first that is found decides.
var words = []struct {
	word   string
	status Status
}{
	{"miss", Miss}, {"expired", Miss}, {"refreshmiss", Miss}, {"refresh_miss", Miss}, {"dynamic", Other}, {"bypass", Other}, {"pass", Other},
	{"uncacheable", Other}, {"error", Other}, {"hit", Hit}, {"refreshhit", Hit}, {"stale", Hit}, {"updating", Hit}, {"revalidated", Hit}, {"prerender", Hit},
}

// Read says what a response tells, and in which header. The header is empty for None.
func Read(h http.Header) (Status, string) {
	for _, name := range headers {
		if status, ok := ofWords(nearest(h.Values(name))); ok {
			return status, name
		}
	}
	if status, ok := ofStandard(nearest(h.Values("Cache-Status"))); ok {
		return status, "Cache-Status"
	}
	if ids := strings.Fields(h.Get("X-Varnish")); len(ids) > 0 { // the second is the request that filled the cache
		return choose(len(ids) > 1), "X-Varnish"
	}
	if age, err := strconv.ParseInt(h.Get("Age"), 10, 64); err == nil && age > 0 { // RFC 9111 section 5.1
		return Hit, "Age"
	}
	return None, ""
}

func choose(hit bool) Status {
	if hit {
		return Hit
	}
	return Miss
}

// nearest is what the last of several caches wrote.
func nearest(values []string) string {
	all := strings.Split(strings.Join(values, ","), ",")
	return strings.TrimSpace(all[len(all)-1])
}

// ofWords reads HIT, Hit from cloudfront, TCP_HIT, Cache Hit, refresh_hit.
func ofWords(value string) (Status, bool) {
	if value == "" {
		return None, false
	}
	parts := strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return (r < 'a' || r > 'z') && r != '-' })
	for _, w := range words {
		for _, part := range parts {
			if part == w.word {
				return w.status, true
			}
		}
	}
	return Other, true
}

// ofStandard reads a member of Cache-Status, RFC 9211: ExampleCache; hit; ttl=30, or ExampleCache; fwd=uri-miss.
func ofStandard(value string) (Status, bool) {
	name, rest, _ := strings.Cut(value, ";")
	if strings.TrimSpace(name) == "" {
		return None, false
	}
	for parameter := range strings.SplitSeq(rest, ";") {
		key, why, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		switch {
		case key == "hit":
			return Hit, true
		case key == "fwd" && (why == "bypass" || why == "method"):
			return Other, true
		case key == "fwd":
			return Miss, true
		}
	}
	return Other, true
}
