package popularity

import (
	"slices"

	"github.com/edgewarm/edgewarm/planner"
)

// ranks are how often each URL of the log is expected to be missed, the most first, and each title, whose playlist need
// not be in the log.
type ranks struct {
	urls, titles []float64
	// unseen is how often something is expected to be missed that nobody has asked for yet.
	unseen float64
}

// playlistSuffix is that of what a title begins with.
const playlistSuffix = "m3u8"

// AtLeast is how many URLs may be expected to be missed n times or more, found or not: those that the log has, and the
// playlists of its titles. It is false where what is new may be, or what the log dropped. It makes Model a planner.Ranked.
func (m *Model) AtLeast(n float64) (urls int, known bool) {
	m.once.Do(m.learn)
	m.rank.Do(m.ranking)
	return atLeast(m.ranks.urls, n) + atLeast(m.ranks.titles, n), n > m.ranks.unseen
}

// atLeast counts the numbers of a list, the greatest first, that are not below n.
func atLeast(sorted []float64, n float64) int {
	at, _ := slices.BinarySearchFunc(sorted, n, func(of, n float64) int {
		if of >= n {
			return -1
		}
		return 1
	})
	return at
}

// ranking takes the busiest hours and the youngest age for all.
func (m *Model) ranking() {
	s := m.Counter.state
	if s == nil {
		return
	}
	busiest := 1.0
	for _, factor := range m.clock.factors {
		busiest = max(busiest, factor)
	}
	r := &m.ranks
	for i := range uint32(s.size) {
		e := s.entry(i)
		d := s.whole(e)
		r.urls = append(r.urls, m.missed(suffix(s.text(e)), d, d.Requests*busiest))
	}
	for _, t := range m.titles {
		r.titles = append(r.titles, m.missed(playlistSuffix, planner.Demand{}, t.views*busiest))
	}
	for _, list := range [][]float64{r.urls, r.titles} {
		slices.Sort(list)
		slices.Reverse(list)
	}
	for _, n := range []float64{m.newFiles.usual(m), m.newTitles.usual(m), m.Counter.ErrorBound()} {
		r.unseen = max(r.unseen, m.missed(playlistSuffix, planner.Demand{}, n*busiest))
	}
}

// missed is how often something is expected to be missed of which a demand was counted, and so many requests are expected.
func (m *Model) missed(suffix string, counted planner.Demand, expected float64) float64 {
	if !m.misses.told {
		return expected
	}
	f := planner.Forecast{Demand: counted, Expected: expected}
	return expected * max(m.misses.cold(suffix, &f, false), m.misses.cold(suffix, &f, true))
}
