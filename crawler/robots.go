package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	once sync.Once
	url  string
	// base is the URL after redirects.
	base  string
	rules *robots.Rules
	// absent is why there are no rules, which is nobody's fault: most often a 404.
	absent error
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

// robotsOf returns the rules for a URL's origin. What is wrong with them is told once.
func (o *opener) robotsOf(ctx context.Context, url string) *robotsFile {
	f := o.robots.file(urlkey.Origin(url))
	f.once.Do(func() {
		o.fetchRobots(ctx, f)
		o.tellRobots(f)
		if delay, ok := f.rules.CrawlDelay(agent); ok && !o.crawler.IgnoreRobots {
			o.client.SetDelay(urlkey.Host(url), delay)
		}
	})
	return f
}

// fetchRobots is RFC 9309 section 2.3.1: a 4xx, or redirects that lead nowhere, is a host without rules; 429 and all that
// is not an answer is a host that is closed for now. So is one whose rules broke off: what is missing may be what closes.
func (o *opener) fetchRobots(ctx context.Context, f *robotsFile) {
	f.base, f.rules = f.url, robots.AllowAll()
	resp, err := o.client.Get(ctx, f.url, nil)
	switch {
	case err != nil && withoutRules(err):
		f.absent = err
		return
	case err != nil:
		f.err = err
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, robots.MaxSize+1))
	if err != nil {
		f.err = err
		return
	}
	f.base, f.rules = resp.URL, robots.Parse(body)
}

// closing says what it means that a robots.txt could not be had.
func (o *opener) closing(err error) error {
	if o.crawler.IgnoreRobots {
		return err
	}
	return fmt.Errorf("nothing of its host is opened this time: %w", err)
}

// withoutRules tells the answers that mean that there is no robots.txt.
func withoutRules(err error) bool {
	var failed *fetch.Error
	var redirect *fetch.RedirectError
	if !errors.As(err, &failed) {
		return false
	}
	switch s := failed.Status; {
	case s == http.StatusTooManyRequests:
		return false
	case s == http.StatusNoContent, s == http.StatusResetContent:
		return true
	}
	return failed.Status >= 400 && failed.Status < 500 || errors.As(err, &redirect)
}

// tellRobots reports a robots.txt whose rules could not be read as they are meant. That a host is down is told by each
// document on it; that all of it is closed since its server failed would not be, so that it is told here.
func (o *opener) tellRobots(f *robotsFile) {
	d := Document{URL: f.url, Kind: documentRobots, Resources: len(f.rules.Sitemaps), Warnings: warnings(f.rules.Warnings)}
	var redirect *fetch.RedirectError
	switch {
	case f.err != nil && (&unavailable{f.err}).Is(ErrDisallowed):
		d.Err = &Error{Op: "robots", URL: urlkey.Redact(f.url), Err: o.closing(f.err)}
	case errors.As(f.absent, &redirect):
		d.Warnings = append(d.Warnings, Warning{Text: "taken for a host without rules: " + redirect.Error()})
	case len(d.Warnings) == 0:
		return
	}
	o.notices.tell(d)
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

// isRobots tells the place of a robots.txt.
func isRobots(url string) bool { return url == urlkey.Origin(url)+"/robots.txt" }

// wellKnown are the paths where sites have their sitemap when robots.txt names none: the protocol's own, and those of
// WordPress and of the plug-ins and generators that most sites use.
var wellKnown = []string{"/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/wp-sitemap.xml", "/sitemap.xml.gz", "/sitemap.txt"}

// listSitemaps lists the sitemaps of a site: those that its robots.txt names, else the well-known paths.
func (o *opener) listSitemaps(ctx context.Context, t *task, l *lister) error {
	f := o.robotsOf(ctx, t.fetch)
	t.doc.Kind = documentRobots
	if f.err != nil && !o.crawler.IgnoreRobots {
		return nil // told by tellRobots, or by the site's page
	}
	if len(f.rules.Sitemaps) > 0 {
		t.doc.Warnings = o.listRobots(f.rules, f.base, l)
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

// listOwnRobots lists the sitemaps of a robots.txt that was named itself, without asking for it a second time.
func (o *opener) listOwnRobots(ctx context.Context, t *task, l *lister) error {
	f := o.robotsOf(ctx, t.fetch)
	t.Kind, t.Role, t.doc.Kind = Sitemap, "robots", documentRobots
	switch {
	case f.err != nil:
		return &Error{Op: "robots", URL: urlkey.Redact(f.url), Err: &unavailable{f.err}}
	case f.absent != nil:
		return &Error{Op: "robots", URL: urlkey.Redact(f.url), Err: f.absent}
	}
	t.doc.Warnings = o.listRobots(f.rules, f.base, l)
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
		if u == base || isRobots(u) {
			faults = append(faults, Warning{Text: "sitemap: " + urlkey.Redact(u) + " is a robots.txt, which is not opened as a sitemap"})
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
