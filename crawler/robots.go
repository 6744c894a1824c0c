package crawler

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/robots"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// robotsCache holds the robots.txt of each origin, fetched once a crawl.
type robotsCache struct {
	mu      sync.Mutex
	origins map[string]*robotsFile
}

// robotsFile is one robots.txt, and what came of fetching it.
type robotsFile struct {
	once  sync.Once
	url   string
	rules *robots.Rules
	// err is set when it could not be had: RFC 9309 section 2.3.1.4 then closes the host to us for now.
	err error
}

func (c *robotsCache) file(origin string) *robotsFile {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.origins == nil {
		c.origins = map[string]*robotsFile{}
	}
	f := c.origins[origin]
	if f == nil {
		f = &robotsFile{url: origin + "/robots.txt"}
		c.origins[origin] = f
	}
	return f
}

// robotsOf returns the rules for a URL's origin.
func (o *opener) robotsOf(ctx context.Context, url string) *robotsFile {
	f := o.robots.file(urlkey.Origin(url))
	f.once.Do(func() {
		f.rules, f.err = o.fetchRobots(ctx, f.url)
		if f.err != nil {
			return
		}
		if delay, ok := f.rules.CrawlDelay(agent); ok && !o.crawler.IgnoreRobots {
			o.client.SetDelay(urlkey.Host(url), delay)
		}
	})
	return f
}

// fetchRobots is RFC 9309 section 2.3.1: a 4xx is a host without rules, 429 and all that is not an answer is a host
// that is closed for now.
func (o *opener) fetchRobots(ctx context.Context, url string) (*robots.Rules, error) {
	resp, err := o.client.Get(ctx, url, nil)
	var failed *fetch.Error
	if errors.As(err, &failed) && failed.Status >= 400 && failed.Status < 500 && failed.Status != http.StatusTooManyRequests {
		return robots.AllowAll(), nil
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, robots.MaxSize+1))
	if err != nil && len(body) == 0 {
		return nil, err
	}
	return robots.Parse(body), nil
}

// allowed is nil when the URL may be opened.
func (o *opener) allowed(ctx context.Context, url string) error {
	if o.crawler.IgnoreRobots {
		return nil
	}
	f := o.robotsOf(ctx, url)
	if f.err != nil {
		return &Error{Op: "robots", URL: urlkey.Redact(url), Err: &unavailable{f.err}}
	}
	if !f.rules.Allowed(agent, url) {
		return &Error{Op: "robots", URL: urlkey.Redact(url), Err: ErrDisallowed}
	}
	return nil
}

// unavailable is a robots.txt that could not be had: its host is closed to us for this crawl.
type unavailable struct{ err error }

func (u *unavailable) Error() string {
	return "not opened, since the host's robots.txt could not be had: " + u.err.Error()
}

// Is makes an answer of 5xx or 429 mean ErrDisallowed: the host is there and its URLs may be targets all the same. A
// host that does not answer at all is a fault of each URL on it.
func (u *unavailable) Is(target error) bool {
	var failed *fetch.Error
	return target == ErrDisallowed && errors.As(u.err, &failed) && failed.Status > 0
}

func (u *unavailable) Unwrap() error { return u.err }

// wellKnown are the paths where sites have their sitemap when robots.txt names none.
var wellKnown = []string{"/sitemap.xml", "/sitemap_index.xml", "/sitemap.xml.gz", "/sitemap.txt"}

// listSitemaps lists the sitemaps of a site: those that its robots.txt names, else the well-known paths.
func (o *opener) listSitemaps(ctx context.Context, t *task, l *lister) error {
	f := o.robotsOf(ctx, t.fetch)
	t.doc.Kind = documentRobots
	if f.err != nil {
		return &Error{Op: "robots", URL: urlkey.Redact(f.url), Err: f.err}
	}
	if len(f.rules.Sitemaps) > 0 {
		o.listRobots(f.rules, f.url, l)
		return nil
	}
	for _, path := range wellKnown {
		i := l.next()
		i.URL, i.Kind, i.guess = urlkey.Origin(t.fetch)+path, Sitemap, true
		if !l.add(i) {
			break
		}
	}
	return nil
}

// readRobots lists the sitemaps that a robots.txt names.
func (o *opener) readRobots(t *task, r io.Reader, base string, l *lister) error {
	t.Kind, t.Role, t.doc.Kind = Sitemap, "robots", documentRobots
	var body bytes.Buffer
	_, err := body.ReadFrom(io.LimitReader(r, robots.MaxSize+1))
	rules := robots.Parse(body.Bytes())
	t.doc.Warnings = append(warnings(rules.Warnings), o.listRobots(rules, base, l)...)
	return err
}

// listRobots lists the sitemaps of the rules; they may be relative, which the protocol forbids and sites do.
func (o *opener) listRobots(rules *robots.Rules, base string, l *lister) (faults []Warning) {
	from, err := urlkey.ParseBase(base)
	if err != nil {
		return []Warning{{Text: err.Error()}}
	}
	for _, s := range rules.Sitemaps {
		u, err := from.Resolve(s)
		if err != nil {
			faults = append(faults, Warning{Text: "sitemap: " + err.Error()})
			continue
		}
		i := l.next()
		i.URL, i.Kind = u, Sitemap
		if !l.add(i) {
			break
		}
	}
	return faults
}
