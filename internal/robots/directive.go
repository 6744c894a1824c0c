package robots

import "strings"

// directive is what a line is about.
type directive int

const (
	unknown directive = iota
	userAgent
	allow
	disallow
	crawlDelay
	sitemap
	other // known, and of no matter here
)

// spellings are what real files write, by the beginning of the name in lower case: Google takes any ending, and these typos.
var spellings = []struct {
	name string
	is   directive
}{
	{"user-agent", userAgent},
	{"disallow", disallow},
	{"allow", allow},
	{"sitemap", sitemap},
	{"crawl-delay", crawlDelay},
	{"useragent", userAgent},
	{"user agent", userAgent},
	{"dissallow", disallow},
	{"dissalow", disallow},
	{"disalow", disallow},
	{"diasllow", disallow},
	{"disallaw", disallow},
	{"site-map", sitemap},
	{"crawldelay", crawlDelay},
	{"crawl delay", crawlDelay},
	{"host", other},
	{"clean-param", other},
	{"request-rate", other},
	{"visit-time", other},
	{"noindex", other},
	{"content-signal", other},
	{"content-usage", other},
}

// properly is how many of the spellings are the right ones; the others are warned of.
const properly = 5

// directiveOf tells what a line's name means, and whether it is misspelt.
func directiveOf(name string) (d directive, typo bool) {
	for i, s := range spellings {
		if len(name) >= len(s.name) && strings.EqualFold(name[:len(s.name)], s.name) {
			return s.is, s.is != other && (i >= properly || len(name) != len(s.name))
		}
	}
	return unknown, false
}

// split cuts a line, without its comment and outer spaces, into name and value. A missing colon is made up for where the
// line has exactly two words, as Google does; colon tells whether there was one.
func split(line string) (name, value string, colon bool) {
	name, value, colon = strings.Cut(line, ":")
	if colon && strings.HasPrefix(value, "//") {
		// Sitemap https://…: the colon is the URL's own.
		if i := strings.IndexAny(name, " \t"); i >= 0 {
			name, value, colon = line[:i], line[i:], false
		}
	} else if !colon {
		i := strings.IndexAny(line, " \t")
		if i < 0 || strings.ContainsAny(strings.TrimLeft(line[i:], " \t"), " \t") {
			return "", "", false
		}
		name, value = line[:i], line[i:]
	}
	return trim(name), trim(value), colon
}

func trim(s string) string { return strings.Trim(s, " \t\v\f\u00a0") }
