// Package popularity turns access logs into demand: how often people ask for each URL, and how often the cache missed.
//
//	c := &popularity.Counter{HalfLife: 72 * time.Hour, Until: night}
//	stats, err := c.Files(ctx, "/var/log/edgeone/*.log.gz")
//	d := c.Demand("https://cdn.example.com/title/master.m3u8")
package popularity
