package planner

import "github.com/edgewarm/edgewarm/crawler"

// Demand is what people asked of one URL, as far as the access logs tell. Counts may be fractions: they are decayed by
// age and scaled by sampling.
type Demand struct {
	// Requests counts the requests that were answered with content.
	Requests float64
	// Misses counts those of them that the cache did not have. It is 0 in a log without a cache status.
	Misses float64
	// Bytes is what was sent in answer to them.
	Bytes float64
}

// Popularity is demand by URL. popularity.Counter has it from access logs.
type Popularity interface {
	// Demand returns the zero Demand for a URL that nobody asked for. It is called once a resource, for several of them one
	// after the other.
	Demand(url string) Demand
}

// Forecaster is a Popularity that has learned from its counts what to expect of a resource, also of one that nobody has
// asked for yet. popularity.Model is one. Without it, a resource is expected to be asked for as often as it was, and
// every request to be a miss.
type Forecaster interface {
	Popularity
	// Forecast is called once a resource, with what Demand returned for its URL.
	Forecast(r *crawler.Resource, counted Demand) Forecast
}

// Forecast is what is expected of one resource. Requests are in the units of Demand, so that what was counted and what is
// expected can be compared.
type Forecast struct {
	// Demand is what was counted for its URL.
	Demand
	// Expected is how many requests are expected.
	Expected float64
	// Cold is the probability, from 0 to 1, that a request finds nothing in the cache.
	Cold float64
	// Views × Share × Depth is what Expected is without what was counted for the URL itself: the viewings that are expected
	// of its title, the share of them that play its rendition, and how many of those are still there at its start. All
	// are 0 for what is part of no title.
	Views, Share, Depth float64
	// Hours is how much busier the hours that the plan is for are than the mean hour of the week, for its part of the site;
	// 0 where the log is too short to tell. It is in Expected already.
	Hours float64
}

// forecast is what to expect of what was counted so often.
func (p *Planner) forecast(r *crawler.Resource, counted Demand) Forecast {
	if p.forecaster != nil {
		return p.forecaster.Forecast(r, counted)
	}
	return Forecast{Demand: counted, Expected: counted.Requests, Cold: 1}
}
