package crawler

import (
	"strings"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Rewrite maps URLs that begin with From to ones that begin with To: a crawl of the origin yields URLs of the CDN. The
// first that fits is taken.
type Rewrite struct{ From, To string }

// rewrite maps a URL that is crawled to the one that people request.
func (c *Crawler) rewrite(u string) string {
	for _, r := range c.Rewrite {
		if rest, ok := strings.CutPrefix(u, r.From); ok {
			return r.To + rest
		}
	}
	return u
}

// SeedURL returns the URL under which Crawl yields a seed: absolute, in the normal form and rewritten.
func (c *Crawler) SeedURL(seed string) (string, error) {
	u, err := urlkey.Normalize(withScheme(seed))
	if err != nil {
		return "", &Error{Op: "seed", URL: urlkey.Redact(seed), Err: err}
	}
	return c.rewrite(u), nil
}
