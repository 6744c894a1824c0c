// Package robots answers what a robots.txt allows: RFC 9309, and Google's own matching where it goes further.
package robots

import (
	"time"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// MaxSize is how much of a robots.txt is obeyed: RFC 9309 asks for at least 500 KiB, Google reads no more.
const MaxSize = 500 << 10

// Rules is what one robots.txt says. It may be used by many goroutines at once.
type Rules struct {
	// Sitemaps are the values of the Sitemap lines as written, each once, in order.
	Sitemaps []string
	// Warnings say what was not understood.
	Warnings []warning.Warning
}

// Parse reads a robots.txt. It takes anything: what is no rule is passed over.
func Parse(body []byte) *Rules { return &Rules{} }

// AllowAll are the rules of a site without a robots.txt.
func AllowAll() *Rules { return &Rules{} }

// DenyAll are the rules of a site whose robots.txt could not be asked for: closed for now.
func DenyAll() *Rules { return &Rules{} }

// FromStatus returns the rules that an answer to GET /robots.txt means. 2xx: those of the body. 429, 5xx and 0, which
// stands for no answer at all: DenyAll. Any other: AllowAll.
func FromStatus(status int, body []byte) *Rules { return &Rules{} }

// Allowed tells whether the agent may open the URL. agent is a product token such as edgewarm.
func (r *Rules) Allowed(agent, url string) bool { return true }

// CrawlDelay is the pause between requests that is asked of the agent, at most MaxCrawlDelay.
func (r *Rules) CrawlDelay(agent string) (time.Duration, bool) { return 0, false }
