// Package accesslog reads the logs of web servers and CDNs, whatever their format, as one stream of records.
//
// A Reader finds the format from the first lines unless it is told, decompresses on a goroutine of its own, and hands
// each line to its caller as a Record. Lines that cannot be read are counted and sampled; when more than a fifth of a
// file is such, it was not in that format, and reading stops with the first bad line in the error.
package accesslog

// Record is one request as a log tells of it, or one row of a table of weights. Its slices alias the reader's buffers:
// they are valid during the call they are given to.
type Record struct {
	// Scheme is http or https, empty when the log does not say.
	Scheme []byte
	// Host is as the log has it, a port included; empty when the log has none.
	Host []byte
	// Path begins with a slash, and is empty when the line has no request that can be read.
	Path []byte
	// Query is without its question mark.
	Query []byte
	// Method is upper case in any sane log; GET where the log does not say, empty when the line has no request.
	Method []byte
	// Status is that of HTTP, 0 when no answer was sent; 200 in a table of weights.
	Status int
	// Bytes is what was sent to the client, 0 when the log does not say.
	Bytes int64
	// Cache is what the cache made of it.
	Cache Cache
	// Time is the line's own, in Unix seconds; 0 when it has none.
	Time int64
	// Client is the address of who asked, empty when the log does not say.
	Client []byte
	// Agent is the User-Agent.
	Agent []byte
	// RequestID names the request, when the log has such a name: lines that share it tell of one request.
	RequestID []byte
	// Weight is how many requests this one stands for: 1, more in a sampled log, any number in a table of weights.
	Weight float64
}

// Cache is what the cache had to do with a request.
type Cache uint8

const (
	// Unknown is a log without a cache status, or with one that is not known here.
	Unknown Cache = iota
	// Hit was answered by the cache; a stale or revalidated answer is one.
	Hit
	// Miss had to be fetched.
	Miss
	// Bypass is what the cache never holds: dynamic content, or passed by rule.
	Bypass
)
