package cachestatus_test

import (
	"net/http"
	"testing"

	"github.com/edgewarm/edgewarm/internal/cachestatus"
)

func TestRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		header, value string
		want          cachestatus.Status
	}{
		{"EO-Cache-Status", "HIT", cachestatus.Hit},
		{"EO-Cache-Status", "MISS", cachestatus.Miss},
		{"EO-Cache-Status", "RefreshHit", cachestatus.Hit},
		{"EO-Cache-Status", "Dynamic", cachestatus.Other},
		{"CF-Cache-Status", "HIT", cachestatus.Hit},
		{"CF-Cache-Status", "EXPIRED", cachestatus.Miss},
		{"CF-Cache-Status", "REVALIDATED", cachestatus.Hit},
		{"CF-Cache-Status", "DYNAMIC", cachestatus.Other},
		{"CF-Cache-Status", "BYPASS", cachestatus.Other},
		{"X-Cache", "Hit from cloudfront", cachestatus.Hit},
		{"X-Cache", "RefreshHit from cloudfront", cachestatus.Hit},
		{"X-Cache", "Miss from cloudfront", cachestatus.Miss},
		{"X-Cache", "Error from cloudfront", cachestatus.Other},
		{"X-Cache", "HIT, MISS", cachestatus.Miss}, // Fastly: the shield had it, the edge did not
		{"X-Cache", "MISS, HIT", cachestatus.Hit},
		{"X-Cache", "TCP_MEM_HIT from a23-1.deploy.akamaitechnologies.com (AkamaiGHost/11)", cachestatus.Hit},
		{"X-Cache", "TCP_REFRESH_MISS", cachestatus.Miss},
		{"X-Cache", "HIT TCP_MEM_HIT dirn:0:1", cachestatus.Hit},
		{"X-Cache-Lookup", "Cache Hit", cachestatus.Hit},
		{"X-Cache-Lookup", "Hit From MemCache", cachestatus.Hit},
		{"X-Cache-Lookup", "Cache Miss", cachestatus.Miss},
		{"X-Cache-Status", "HIT", cachestatus.Hit},
		{"X-Cache-Status", "STALE", cachestatus.Hit},
		{"X-Cache-Status", "EXPIRED", cachestatus.Miss},
		{"X-Cache-Status", "BYPASS", cachestatus.Other},
		{"CDN-Cache", "HIT", cachestatus.Hit},
		{"X-77-Cache", "HIT", cachestatus.Hit},
		{"X-Response-Cache", "edge_hit", cachestatus.Hit},
		{"X-Response-Cache", "miss", cachestatus.Miss},
		{"Cache", "MISS", cachestatus.Miss},
		{"X-Vercel-Cache", "PRERENDER", cachestatus.Hit},
		{"X-Litespeed-Cache", "hit", cachestatus.Hit},
		{"Cache-Status", "ExampleCache; hit; ttl=376", cachestatus.Hit},
		{"Cache-Status", "OriginCache; hit; ttl=1100, \"CDN Company Here\"; fwd=uri-miss", cachestatus.Miss},
		{"Cache-Status", "ExampleCache; fwd=bypass; detail=x", cachestatus.Other},
		{"X-Varnish", "32770 3", cachestatus.Hit},
		{"X-Varnish", "32770", cachestatus.Miss},
		{"Age", "17", cachestatus.Hit},
		{"Age", "0", cachestatus.None},
		{"Age", "-3", cachestatus.None},
		{"Age", "soon", cachestatus.None},
		{"Server", "HIT", cachestatus.None},
		{"X-Cache", "", cachestatus.None},
		{"X-Cache", "uncached", cachestatus.Other},
	} {
		got, name := cachestatus.Read(http.Header{http.CanonicalHeaderKey(c.header): {c.value}})
		if got != c.want || (got == cachestatus.None) != (name == "") {
			t.Errorf("%s: %q: got %s from %q, want %s", c.header, c.value, got, name, c.want)
		}
	}
	// Where several tell, EdgeOne's own word counts.
	if got, name := cachestatus.Read(http.Header{"X-Cache": {"HIT"}, "Eo-Cache-Status": {"MISS"}}); got != cachestatus.Miss || name != "EO-Cache-Status" {
		t.Errorf("got %s from %s", got, name)
	}
	if got, _ := cachestatus.Read(http.Header{"X-Cache": {"HIT", "MISS"}}); got != cachestatus.Miss {
		t.Errorf("of two lines: got %s, want that of the last cache", got)
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ header, value, want string }{
		{"X-Amz-Cf-Pop", "FRA56-P5", "FRA56-P5"},
		{"CF-Ray", "8f1c2d3e4f5a6b7c-FRA", "FRA"},
		{"CF-Ray", "8f1c2d3e4f5a6b7c", ""},
		{"X-Served-By", "cache-iad-kiad7000123-IAD, cache-fra-eddf8230027-FRA", "FRA"},
		{"X-Served-By", "web-7", ""},
		{"X-Vercel-Id", "fra1::iad1::abcde-1", "fra1"},
		{"X-77-Pop", "frankfurtDE", "frankfurtDE"},
		{"X-77-Pop", "<script>", ""},
		{"EO-Cache-Status", "HIT", ""},
	} {
		if got := cachestatus.Place(http.Header{http.CanonicalHeaderKey(c.header): {c.value}}); got != c.want {
			t.Errorf("%s: %q: got %q, want %q", c.header, c.value, got, c.want)
		}
	}
}
