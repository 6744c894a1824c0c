package source

import "github.com/edgewarm/edgewarm/internal/warning"

// MaxURLs bounds the URLs of one source: ten times what a sitemap index of 20 full files has. A list without end, or a
// store that lists the same page over and over, ends there.
const MaxURLs = 10_000_000

// Entry is one URL that a source names.
type Entry struct {
	// URL is absolute and in its normal form.
	URL string
	// Weight is what the source states for it, 0 where it states none.
	Weight float64
}

// Result is what reading a source came to.
type Result struct {
	// URLs were handed over, LeftOut were not because Keep refused them.
	URLs, LeftOut int
	// Warnings are what was wrong with single lines, keys or paths, which were left out.
	Warnings []warning.Warning
	// Bad is how many those were, of which Warnings may show the first only.
	Bad int
}

// collector is a Result that grows.
type collector struct {
	emit     func(Entry) bool
	keep     func(url string) bool
	result   Result
	warnings warning.List
}

// take hands an entry over, and reports whether to go on.
func (c *collector) take(e Entry) (more bool, err error) {
	switch {
	case c.keep != nil && !c.keep(e.URL):
		c.result.LeftOut++
		return true, nil
	case c.result.URLs == MaxURLs:
		return false, ErrTooMany
	}
	c.result.URLs++
	return c.emit(e), nil
}

// end is the Result as it stands.
func (c *collector) end() Result {
	c.result.Warnings, c.result.Bad = c.warnings.All(), c.warnings.Len()
	return c.result
}
