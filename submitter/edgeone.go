package submitter

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// EdgeOne is the API of Tencent EdgeOne (service teo, version 2022-09-01), over the official SDK's client and signer.
// It implements API. Its fields are the options and are not changed once a method was called; its zero value is ready
// and takes the credentials from the environment. It is safe for many goroutines.
//
// Each method is one HTTP request: no pacing and no retry, which are the caller's. Redirects are refused, so that no
// signed request goes to another host. No error holds a secret.
type EdgeOne struct {
	// Endpoint is where the API is: a host name, or a URL of the form https://host. Plain http is for a simulator on
	// this machine only: http://127.0.0.1:8080. Empty is DefaultEndpoint.
	Endpoint string
	// Credentials is asked before every request, so that they may change during a long run, and once more when the service
	// refuses what it gave: see RefusedCredentials. Nil is EnvCredentials.
	Credentials func(context.Context) (Credentials, error)
	// Mode is default, which warms the middle layer, or edge, which warms the edge too and is only for accounts that
	// were allowed it; the error of others is ErrMode. Empty sends none, which means default.
	Mode string
	// Segments asks the service to resolve the HLS playlists of batches that are Resolved by itself, for accounts that were
	// allowed it; the error of others is ErrSegments. Every segment costs a unit, and what is past the quota is dropped
	// without a word, so that Target.Cost must be what it will take.
	Segments bool
	// Headers are sent along by the service when it pulls from the origin. CheckHeaders says what they may be.
	Headers map[string]string
	// Timeout bounds one request, its answer included. 0 is 30 seconds.
	Timeout time.Duration
	// Gate is passed by every request, after whatever else paces it: it returns when the request may go, and what is to be
	// called when it was answered. It is how several processes share one pace. Nil holds nothing.
	Gate func(context.Context) (leave func(), err error)
	// Transport carries the requests. Nil is one of its own, with the proxy of the environment.
	Transport http.RoundTripper

	// tookSegments and tookMode are whether the account was seen to be allowed them.
	tookSegments, tookMode atomic.Bool

	once   sync.Once
	client *edgeClient
	err    error
}

// DefaultEndpoint is the host of the API outside mainland China.
const DefaultEndpoint = "teo.intl.tencentcloudapi.com"

// edgeTimeout is well above the seconds that the API takes for a batch of 1000 targets.
const edgeTimeout = 30 * time.Second

var _ API = (*EdgeOne)(nil)

// Close gives up the connections that are kept open for the next request. The value may be used again afterwards.
func (e *EdgeOne) Close() {
	if c, err := e.dial(); err == nil {
		c.transport.closeIdle()
	}
}

func (e *EdgeOne) timeout() time.Duration {
	if e.Timeout > 0 {
		return e.Timeout
	}
	return edgeTimeout
}

func (e *EdgeOne) credentials(ctx context.Context) (Credentials, error) {
	if e.Credentials != nil {
		return e.Credentials(ctx)
	}
	return EnvCredentials(ctx)
}
