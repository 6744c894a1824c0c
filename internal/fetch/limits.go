package fetch

import "time"

// The defaults of a Client's fields.
const (
	defaultRate           = 50
	defaultTimeout        = 30 * time.Second
	defaultConnectTimeout = 10 * time.Second
	defaultHeaderTimeout  = 20 * time.Second
	defaultIdleTimeout    = 10 * time.Second
	defaultMinRate        = 1 << 10
	defaultMaxBody        = 64 << 20
	defaultRetries        = 2
	defaultUserAgent      = "edgewarm"
)

// Limits that are not for the user to change, but to read.
const (
	// MaxHeaders bounds a response's headers: real ones stay under 16 KiB, and net/http alone would allow 10 MiB.
	MaxHeaders = 256 << 10
	// MaxRedirects bounds a chain; browsers allow 20, and no chain of use was seen longer than five.
	MaxRedirects = 10
	// MaxURL bounds a redirect's target, as it does the URLs of documents.
	MaxURL = 8 << 10
	// MaxDelay bounds the Crawl-delay that is obeyed: at more than a minute a site of 1,000 pages is not done in a night.
	MaxDelay = 60 * time.Second
	// MaxRetryAfter bounds how long a host may ask us to stay away within one run.
	MaxRetryAfter = 60 * time.Second

	// rateWindow is what MinRate is measured over: long enough for a stall that mends itself.
	rateWindow = 15 * time.Second
	// maxHosts bounds what is remembered of hosts, some 300 bytes each.
	maxHosts = 1 << 16
	// idlePerHost keeps the connections of as many workers as a crawl may have.
	idlePerHost = 256
	// idleConns bounds the open connections that do nothing.
	idleConns = 512
	// idleConnTimeout closes them; most servers do after 60 or 75 s.
	idleConnTimeout = 55 * time.Second
	// readBuffer is of each connection: most pages and playlists come in one piece then, a tenth cheaper than in several.
	readBuffer = 16 << 10
	// maxDrain is what is read of a body that nobody wants, so that its connection can be used again: less than what a
	// new connection costs.
	maxDrain = 16 << 10
	// drainTime is how long that may take, so that Close does not wait for a slow server.
	drainTime = 50 * time.Millisecond
)

// orDefault is v, or its default where it is zero.
func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}
