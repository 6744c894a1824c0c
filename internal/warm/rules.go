package warm

import (
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/planner"
)

// The rules of the config as the planner takes them.

func boosts(in []config.Boost) []planner.Boost {
	out := make([]planner.Boost, len(in))
	for i, b := range in {
		out[i] = planner.Boost(b)
	}
	return out
}

func floors(in []config.Floor) []planner.Bound {
	out := make([]planner.Bound, len(in))
	for i, f := range in {
		out[i] = bound(f.Match, f.Least)
	}
	return out
}

func caps(in []config.Cap) []planner.Bound {
	out := make([]planner.Bound, len(in))
	for i, c := range in {
		out[i] = bound(c.Match, c.Most)
	}
	return out
}

func bound(match string, r config.Reserve) planner.Bound {
	return planner.Bound{Match: match, Units: r.Units, Share: r.Percent / 100}
}
