// Package fetch is how everything that is crawled is fetched: one chain that every request takes, that of colly too.
//
// # The way of a request
//
// A URL is looked at (http or https, an allowed port, no address that is spelled out and closed), waits for the pace of its
// host, goes out through a dialer that refuses private addresses after the name was looked up, is timed until the last
// byte of its body, is sent again where it failed in passing, and is decoded under a limit.
//
// # Addresses
//
// The guard sits at the socket, between the lookup and the connection, so that a name which changes its address in
// between gains nothing. Behind a Proxy it cannot see addresses; that is why no proxy is used unless the Client is given
// one, and why HTTP_PROXY is not read.
//
// # Credentials
//
// Client.Header goes to Client.Origins. What a single Get is given goes to the host of its URL. A redirect to another host
// takes neither along, and a redirect back does not restore them. Credentials within a URL are never sent. Nothing goes to
// a host whose certificate is not checked.
//
// # Failures
//
// Get returns an *Error, and so does the Body that it returned, with one of these within: BlockedError, TimeoutError,
// LimitError, ShortError, RedirectError, TLSError, BreakerError, inflate.EncodingError, *net.DNSError, or that of the
// connection. A body gives out all that could be read before it fails.
//
// # Limits
//
// They are named in limits.go.
package fetch
