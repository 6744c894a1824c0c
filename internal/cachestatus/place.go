package cachestatus

import (
	"net/http"
	"strings"
)

// places are the headers in which a cache names the place where it stands, and how to find that in the value.
var places = []struct {
	header string
	place  func(string) string
}{
	{"X-Amz-Cf-Pop", whole},     // CloudFront: FRA56-P5
	{"Cf-Ray", afterDash},       // Cloudflare: 8f1-FRA
	{"X-Served-By", servedBy},   // Fastly: cache-iad-kiad70-IAD, cache-fra-eddf-FRA
	{"X-Vercel-Id", firstOfTwo}, // Vercel: fra1::iad1::x
	{"X-77-Pop", whole},         // CDN77: frankfurtDE
}

// maxPlace bounds a place; the longest that is known has 20 bytes.
const maxPlace = 40

// Place is the cache's own name for where it stands, empty when it does not tell. EdgeOne does not.
func Place(h http.Header) string {
	for _, p := range places {
		place := p.place(strings.TrimSpace(h.Get(p.header)))
		if place != "" && len(place) <= maxPlace && !strings.ContainsFunc(place, odd) {
			return place
		}
	}
	return ""
}

func odd(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}

func whole(v string) string { return v }

func afterDash(v string) string {
	_, place, _ := strings.Cut(v, "-")
	return place
}

// servedBy is of the last of several, which is the nearest.
func servedBy(v string) string {
	v = nearest([]string{v})
	if i := strings.LastIndexByte(v, '-'); strings.HasPrefix(v, "cache-") && i > 0 {
		return v[i+1:]
	}
	return ""
}

func firstOfTwo(v string) string {
	place, _, ok := strings.Cut(v, "::")
	if !ok {
		return ""
	}
	return place
}
