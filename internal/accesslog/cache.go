package accesslog

import "bytes"

// cacheOf reads the cache status of any of the CDNs. What came from the cache is a hit, stale or revalidated as it may be.
func cacheOf(v []byte) Cache {
	switch string(v) { // the usual ones, without a copy
	case "hit", "HIT", "Hit":
		return Hit
	case "miss", "MISS", "Miss":
		return Miss
	case "dynamic", "BYPASS":
		return Bypass
	}
	if len(v) > 64 {
		v = v[:64] // long enough for any status; the rest would only be copied
	}
	low := bytes.ToLower(v)
	for _, c := range cacheWords {
		if bytes.Contains(low, c.word) {
			return c.cache
		}
	}
	return Unknown
}

// cacheWords are tried in this order: Fastly's HIT-PASS and its like are no hits.
var cacheWords = []struct {
	word  []byte
	cache Cache
}{
	{[]byte("pass"), Bypass},
	{[]byte("dynamic"), Bypass},
	{[]byte("ignored"), Bypass},
	{[]byte("miss"), Miss},
	{[]byte("expired"), Miss},
	{[]byte("hit"), Hit},
	{[]byte("stale"), Hit},
	{[]byte("updating"), Hit},
	{[]byte("revalidated"), Hit},
}
