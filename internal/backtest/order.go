package backtest

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Plan is the order that is measured, Best the best that is possible for whoever knows the day after.
const (
	Plan = "plan"
	Best = "clairvoyant"
)

// order is a way to choose.
type order struct {
	name   string
	choose func(*candidates) []candidate
	// listed needs what only a crawl finds.
	listed bool
}

// orders are what the plan is compared with: the naive ones, and the best.
var orders = []order{
	{"sitemap order", func(c *candidates) []candidate { return c.all }, true},
	{"newest lastmod", by(func(c *candidate) float64 { return float64(c.lastMod.Unix()) }), true},
	{"requests, last day", by(func(c *candidate) float64 { return c.last.Requests }), false},
	{"requests, all days", by(func(c *candidate) float64 { return c.all.Requests }), false},
	{"misses, last day", by(func(c *candidate) float64 { return c.last.Misses }), false},
	{"misses, all days", by(func(c *candidate) float64 { return c.all.Misses }), false},
	{"random", shuffled, false},
	{Best, clairvoyant, false},
}

// by orders by a value, the highest first, and what is equal as it was found.
func by(value func(*candidate) float64) func(*candidates) []candidate {
	return func(c *candidates) []candidate {
		sorted := slices.Clone(c.all)
		slices.SortStableFunc(sorted, func(a, b candidate) int { return cmp.Compare(value(&b), value(&a)) })
		return sorted
	}
}

// shuffled is the same each time.
func shuffled(c *candidates) []candidate {
	order := slices.Clone(c.all)
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}

// clairvoyant takes what will be missed most for each unit; of a log without a cache status, what will be requested most.
func clairvoyant(c *candidates) []candidate {
	return by(func(o *candidate) float64 { return newAmount(o.after).value(c.known) / float64(max(o.cost, 1)) })(c)
}
