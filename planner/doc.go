// Package planner chooses which resources to warm when there is quota for a few of them only.
//
// Start with a Planner: give it the units that each zone may spend and the zones' hosts, Add what the crawler found, and
// take the Plan. Package popularity makes the Popularity that orders it from access logs.
//
// # Order
//
// A target's score is (requests + prior) × weight, plus weight − 1 for a source that is weighted up: a new release of
// weight 10 comes before all that was requested less than nine times. Requests come from the logs; the prior, always less than a hundredth of a request,
// orders what nobody has asked for yet: playlists and init sections first, then segments from their start on, then pages
// by their sitemap's priority. Equal scores are ordered by start, then newest first, then by URL: the same resources give
// the same plan, byte for byte, in whatever order they were added.
//
// # Budget
//
// Each zone has a budget of its own. What does not fit is left out with the reason over_quota, and so has everything
// else that is left out exactly one Reason: the targets and the reasons add up to what was added.
//
// # Limits
//
// A Planner holds at most as many targets as the budget has units, and a map entry for each document that came from a
// weighted seed.
package planner
