package warm

import (
	"context"
	"strings"
	"sync"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/submitter"
)

// look compares the resource's validator with what it was when it was warmed. Where there are none to compare, its date
// may tell.
func (c *changes) look(ctx context.Context, r *crawler.Resource) {
	known, err := c.ledger.Validator(ctx, r.URL)
	if err != nil {
		c.fail(ctx, err)
		return
	}
	now := r.Validator
	if known != "" && now == "" {
		now = c.ask(ctx, r.URL, known)
	}
	switch {
	case canTell(known, now):
		c.note(r.URL, known, now)
	case ctx.Err() == nil:
		c.suspect(r)
	}
}

func (c *changes) note(url, known, now string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hash := c.hash(url)
	if opaque(known) == opaque(now) {
		c.same[hash] = struct{}{}
		return
	}
	c.changed[hash] = struct{}{}
	c.validators[hash] = now
}

// ask is the origin's validator of the URL; known, when it says that it is unchanged, and empty when that is not known.
func (c *changes) ask(ctx context.Context, url, known string) string {
	if c.asked.Add(1) > maxAsked {
		c.asked.Add(-1)
		c.unasked.Add(1)
		return ""
	}
	now, err := c.origin.ask(ctx, url, known)
	if err != nil || now == "" {
		if ctx.Err() == nil {
			c.failed.Add(1)
		}
		return ""
	}
	return now
}

func (c *changes) fail(ctx context.Context, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil && ctx.Err() == nil {
		c.err = err
	}
}

// canTell reports whether two validators tell by themselves whether the content is the same.
func canTell(a, b string) bool { return a != "" && b != "" && isTag(a) == isTag(b) }

// isTag tells an ETag, which is quoted, from a Last-Modified.
func isTag(validator string) bool { return strings.Contains(validator, `"`) }

// opaque is what a weak comparison is of (RFC 9110 section 8.8.3.2). Apache marks the tags of what it compresses.
func opaque(validator string) string {
	v := strings.TrimPrefix(validator, "W/")
	for _, mark := range []string{`-gzip"`, `--gzip"`, `;gzip"`} {
		if cut, ok := strings.CutSuffix(v, mark); ok {
			return strings.TrimRight(cut, "-;") + `"`
		}
	}
	return v
}

// keep commits the validators of targets that are about to be sent, asking the origin for those that it was never asked
// for, where it is to be known what has changed.
func (c *changes) keep(ctx context.Context, targets []submitter.Target) error {
	if c.origin != nil {
		c.askFirst(ctx, targets)
	}
	return c.keepKnown(ctx, targets)
}

// keepKnown is keep of what is known without asking.
func (c *changes) keepKnown(ctx context.Context, targets []submitter.Target) error {
	return c.ledger.KeepValidators(ctx, c.known(targets))
}

func (c *changes) known(targets []submitter.Target) map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := map[string]string{}
	for _, t := range targets {
		if v := c.validators[c.hash(t.URL)]; v != "" {
			known[t.URL] = v
		}
	}
	return known
}

// askFirst asks about the targets of which nothing is known.
func (c *changes) askFirst(ctx context.Context, targets []submitter.Target) {
	var asking sync.WaitGroup
	defer asking.Wait()
	room := make(chan struct{}, askConcurrency)
	for _, t := range targets {
		hash := c.hash(t.URL)
		c.mu.Lock()
		_, same := c.same[hash]
		known := c.validators[hash] != "" || same
		c.mu.Unlock()
		if known {
			continue
		}
		room <- struct{}{}
		asking.Go(func() {
			defer func() { <-room }()
			if now := c.ask(ctx, t.URL, ""); now != "" {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.validators[hash] = now
			}
		})
	}
}
