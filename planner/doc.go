// Package planner chooses which resources to warm when there is quota for a few of them only.
//
// Start with a Planner: give it the units that each zone may spend and the zones' hosts, Add what the crawler found, and
// take the Plan. Package popularity makes the Popularity that orders it from access logs.
//
// # Value
//
// A target is worth the misses that it avoids: the requests that are expected, times the probability that the cache lacks
// it then, times what a miss costs. What nobody has asked for yet has a prior of less than a hundredth, which orders it:
// playlists and init sections first, then segments from their start on, then pages, each by what sitemaps say. A source's
// weight and boosts multiply all of it; a weight above 1 also adds weight − 1, so that a new release of weight 10 comes
// before all that is worth less than nine. Why has each of these terms.
//
// # Order
//
// A playlist and an init section are worth no less than the best that cannot be played without them, so they come before
// it, and no unit is spent on a segment whose playlist is neither chosen nor in the cache. Equal scores are ordered by what
// is needed, by start, then newest first, then by URL: the same resources give the same plan, byte for byte, in whatever
// order they were added.
//
// # Budget
//
// Each zone has a budget of its own. Every target costs a unit, so that the best of what fits is the optimum. With pins,
// floors and caps it is the best that they allow; Plan.Gap says how far from it a plan is at most. What does not fit is
// left out with the reason over_quota, and so has everything else that is left out exactly one Reason: the targets and the
// reasons add up to what was added.
//
// # Limits
//
// A Planner holds some three times as many targets as the budget has units, at most 131,072 playlists and init sections
// that are not worth a unit so far, and a map entry for each document that came from a weighted seed and each title of
// which a sitemap says something.
package planner
