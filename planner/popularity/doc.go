// Package popularity turns access logs into demand: how often people ask for each URL, and how often the cache missed.
//
//	c := &popularity.Counter{HalfLife: 72 * time.Hour, Until: night}
//	stats, err := c.Files(ctx, "/var/log/edgeone/*.log.gz")
//	d := c.Demand("https://cdn.example.com/title/master.m3u8")
//
// Logs may be of EdgeOne (offline, pushed, or through CLS), nginx, Apache, Caddy, Traefik, Fastly, Cloudflare, CloudFront
// or anything in W3C extended format; lines of a log_format of one's own; or tables of a URL and its weight. They may be
// compressed with gzip, zstd or bzip2. The format is found from the first lines.
//
// # What counts
//
// A GET that was answered with 200, 206 or 304, by something that is not known for a machine, is one request. What one
// client reads of one URL in several ranges, with no pause of half an hour, is one request too, and a miss if any of
// them was. A RequestID counts once. Each request counts for the key that Policy makes of the normal form of its URL, as
// often as the log is sampled, and half as much for each HalfLife that it is older than Until.
//
// # Order
//
// The same logs in the same order give the same demand to the last bit, as long as Until is set. All yields the most
// requested first.
//
// # From night to night
//
// Save writes a snapshot of what was counted and of which logs; after Restore, Files and Logs count only what is new, and
// come to what reading everything at once would. A log is known by its beginning and by the end of what was counted, both
// as decoded, so that it may be renamed and compressed. A plain one is read on from there. So is a compressed one when it
// ended with a whole stream, and more streams were appended; else it is decoded again, up to there without being parsed.
// One that was rewritten is ErrChanged. RequestIDs are not kept: of a request that is logged on both sides of a snapshot,
// each line counts, and so does a viewing in ranges that goes on beyond it.
//
// # Failures
//
// A line that does not fit is counted in Stats.Bad, and a sample of such lines is in Stats.Warnings. A log of which more
// than a fifth does not fit is an *Error that shows the first such line; what was counted of it stays. A last line
// that is cut off, and compressed data that ends too early, are warnings: logs are read while they are written.
//
// # Limits
//
// Memory bounds what is held. Past it the less requested half of the URLs is dropped, as often as needed, and ErrorBound
// says by how much any count may be too low. Repeated RequestIDs and ranges are recognised among the last of them that
// an eighth of Memory holds each: a million RequestIDs by default, and some 800,000 ranges. A line may be 8 MiB long, a
// decoded log 1 TiB.
package popularity
