// Package robots answers what a robots.txt allows: RFC 9309, and Google's own matching where it goes further.
package robots

import (
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// MaxSize is how much of a robots.txt is obeyed: RFC 9309 asks for at least 500 KiB, Google reads no more.
const MaxSize = 500 << 10

// MaxCrawlDelay bounds Crawl-delay. A site that asks for a day between requests would otherwise stop the whole run.
const MaxCrawlDelay = 30 * time.Second

// anyone is the name of the group for agents that no group names.
const anyone = "*"

// Rules is what one robots.txt says. It may be used by many goroutines at once.
type Rules struct {
	// Sitemaps are the values of the Sitemap lines as written, each once, in order.
	Sitemaps []string
	// Warnings say what was not understood.
	Warnings []warning.Warning

	groups []group
	agents map[string]*agent // by lower-case product token
}

// group is the rules between one run of User-agent lines and the next, the one that decides first.
type group struct{ rules []rule }

// agent is what the groups that name one product token say together.
type agent struct {
	groups  []int // indices into Rules.groups: a file of n agents and n rules must not cost n² rules
	delay   time.Duration
	delayed bool
}

// AllowAll returns the rules of a site without a robots.txt.
func AllowAll() *Rules { return &Rules{} }

// Allowed tells whether the agent may open the URL. name is a product token such as edgewarm; what follows a slash
// in it is ignored. The URL is compared as it is written, but for the case of its percent-encoded bytes.
func (r *Rules) Allowed(name, url string) bool {
	path := pathOf(url)
	if path == "/robots.txt" {
		return true
	}
	a := r.agent(name)
	if a == nil {
		return true
	}
	best := rule{allow: true}
	for _, i := range a.groups {
		if found, ok := r.groups[i].match(path); ok && found.before(best) {
			best = found
		}
	}
	return best.allow
}

// CrawlDelay returns the pause between requests that is asked of the agent, at most MaxCrawlDelay.
func (r *Rules) CrawlDelay(name string) (time.Duration, bool) {
	a := r.agent(name)
	if a == nil {
		return 0, false
	}
	return a.delay, a.delayed
}

// agent returns what is said to the named agent; nil when nothing is. The groups for anyone count only when none names it.
func (r *Rules) agent(name string) *agent {
	token, _, _ := strings.Cut(name, "/")
	if a, ok := r.agents[strings.ToLower(token)]; ok && token != anyone {
		return a
	}
	return r.agents[anyone]
}

// match returns the rule of the group that decides on the path.
func (g *group) match(path string) (rule, bool) {
	for _, r := range g.rules {
		if r.match(path) {
			return r, true
		}
	}
	return rule{}, false
}
