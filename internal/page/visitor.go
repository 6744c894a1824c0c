package page

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/gocolly/colly/v2"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

const (
	// defaultMaxBody is the largest page: the largest that are known from real sites have some 10 MiB.
	defaultMaxBody = 16 << 20
	// maxRedirects is how many hops a page may take, as in browsers' and net/http's own rule.
	maxRedirects = 10
	// accept asks for pages before anything else.
	accept = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
)

// Response is a page that was visited.
type Response struct {
	// URL is the one after redirects, in its normal form.
	URL    string
	Status int
	Header http.Header
	// Body is whole, and as the transport decoded it; its charset is as it was sent.
	Body []byte
}

// VisitorOptions bound what a Visitor reads.
type VisitorOptions struct {
	// MaxBody is the largest page in bytes; 0 means 16 MiB. A larger one is a *LimitError, never a page cut short.
	MaxBody int64
	// UserAgent is sent with each request; "" leaves that to the transport.
	UserAgent string
	// CheckRedirect says whether a hop may be taken, as in http.Client; nil allows 10 of them, from https to http none.
	CheckRedirect func(req *http.Request, via []*http.Request) error
}

// Visitor opens pages through colly on a transport that is given to it, which has to limit and decode what it reads.
// It remembers nothing: what has been visited, what robots.txt says and how fast to go is its caller's. It keeps no
// cookies. It is safe for concurrent use.
type Visitor struct {
	colly   *colly.Collector
	maxBody int64
	agent   []string

	mu     sync.Mutex
	handed map[string]*http.Response
}

// NewVisitor returns a Visitor whose requests go through rt.
func NewVisitor(rt http.RoundTripper, o VisitorOptions) *Visitor {
	v := &Visitor{maxBody: o.MaxBody, handed: make(map[string]*http.Response)}
	if v.maxBody <= 0 {
		v.maxBody = defaultMaxBody
	}
	if o.UserAgent != "" {
		v.agent = []string{o.UserAgent}
	}
	if o.CheckRedirect == nil {
		o.CheckRedirect = checkRedirect
	}
	v.colly = newCollector(rt, v.maxBody, o.CheckRedirect)
	return v
}

// newCollector sets colly up to do nothing but visit. It is made without NewCollector, which reads the environment.
func newCollector(rt http.RoundTripper, maxBody int64, redirect func(*http.Request, []*http.Request) error) *colly.Collector {
	c := &colly.Collector{}
	c.Init()
	c.AllowURLRevisit = true        // its own set hashes each URL a second time
	c.IgnoreRobotsTxt = true        // asked before a visit
	c.ParseHTTPErrorResponse = true // or an answer with a status is an error without it
	c.DisableCookies()
	c.SetRequestTimeout(0) // the transport has time-outs, and the context
	c.WithTransport(&transport{rt, maxBody})
	c.SetRedirectHandler(redirect)
	return c
}

// checkRedirect is the rule of a Visitor that is given none.
func checkRedirect(req *http.Request, via []*http.Request) error {
	last := via[len(via)-1].URL
	switch {
	case len(via) > maxRedirects:
		return errors.New("stopped after 10 redirects")
	case req.URL.Scheme != "http" && req.URL.Scheme != "https":
		return errors.New("redirect to scheme " + req.URL.Scheme)
	case last.Scheme == "https" && req.URL.Scheme == "http":
		return errors.New("redirect from https to http")
	}
	return nil
}

// visit is the state of one Visit; it goes with the request's context.
type visit struct {
	handed   *http.Response
	response *Response
	whole    []byte // the body
	err      error
}

type visitKey struct{}

// Visit opens url, follows redirects, and calls handle with the answer before it returns. What Hand has left for url is
// taken in place of a request. A status that brings no whole page is an *Error that has it; then handle is not called.
// When ctx ends, Visit returns its error at once.
func (v *Visitor) Visit(ctx context.Context, url string, handle func(*Response)) error {
	state := &visit{handed: v.take(url)}
	c := v.colly.Clone() // shares the client; only callbacks and context are its own
	c.Context = context.WithValue(ctx, visitKey{}, state)
	c.OnResponseHeaders(state.headers)
	c.OnResponse(hide)
	err := c.Request(http.MethodGet, url, nil, nil, http.Header{"User-Agent": v.agent, "Accept": {accept}})
	if state.handed != nil {
		state.handed.Body.Close() // colly did not get as far as asking for it
	}
	switch status := state.status(); {
	case err != nil:
		return &Error{Op: "visit", URL: url, Status: status, Err: cause(ctx, err)}
	case state.err != nil:
		return &Error{Op: "visit", URL: url, Status: status, Err: cause(ctx, state.err)}
	case !whole(status):
		return &Error{Op: "visit", URL: url, Status: status, Err: ErrStatus}
	case int64(len(state.response.Body)) > v.maxBody:
		return &Error{Op: "visit", URL: url, Status: status, Err: &LimitError{Max: v.maxBody}}
	}
	handle(state.response)
	return nil
}

// whole tells the statuses that come with all of a page: 204 and 205 have none, and a part was not asked for.
func whole(status int) bool {
	switch status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent:
		return false
	}
	return status/100 == 2
}

// cause returns the context's error where that is why err came about, and takes off what net/http wraps around others,
// which repeats the URL with its secrets.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func (s *visit) status() int {
	if s.response == nil {
		return 0
	}
	return s.response.Status
}

// headers takes the header before colly reads the body. The media type is then hidden from colly, which would convert
// the charset, and build a tree of every HTML page even with nobody asking for it.
func (s *visit) headers(r *colly.Response) {
	s.response = &Response{URL: r.Request.URL.String(), Status: r.StatusCode, Header: r.Headers.Clone(), Body: s.whole}
	r.Headers.Del("Content-Type")
	normal, err := urlkey.Normalize(s.response.URL)
	if err != nil {
		s.err = cmp.Or(s.err, err)
		return
	}
	s.response.URL = normal
}

// hide hides the request's URL for the same reason: colly builds a tree of what is named ".xml".
func hide(r *colly.Response) { r.Request.URL = &url.URL{} }

// Hand leaves a response that is open already for the next Visit of url, which then makes no request: its body has to
// be decoded, its Request, if any, says the URL after redirects. Visit closes the body, and so does Close when no Visit
// came, and Hand the one that it replaces.
func (v *Visitor) Hand(url string, resp *http.Response) {
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	v.mu.Lock()
	old := v.handed[url]
	v.handed[url] = resp
	v.mu.Unlock()
	if old != nil {
		old.Body.Close()
	}
}

// take returns what Hand has left for url, if anything.
func (v *Visitor) take(url string) *http.Response {
	v.mu.Lock()
	defer v.mu.Unlock()
	resp := v.handed[url]
	delete(v.handed, url)
	return resp
}

// Close closes what was handed and not visited.
func (v *Visitor) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	var err error
	for u, resp := range v.handed {
		err = errors.Join(err, resp.Body.Close())
		delete(v.handed, u)
	}
	return err
}

var _ io.Closer = (*Visitor)(nil)
