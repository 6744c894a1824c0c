package trace

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

// title is a film or an episode.
type title struct {
	name string // film-0012 or series-03/e07
	// series is its number, −1 for a film. Its day of publication counts from the first of the trace.
	series, day int
	segments    int
	fmp4        bool
	patience    crowd.Patience
	weekend     bool // more is watched of it at the weekend
	// base is the logarithm of its appeal, mood what has been added to it by now.
	base, mood float64
}

// rendition is a rung of the ladder that all titles have.
type rendition struct {
	name            string
	height          int
	bandwidth       int64
	desktop, mobile float64 // the share of those who start with it
}

var ladder = [...]rendition{
	{"1080p", 1080, 5_000_000, 0.62, 0.08},
	{"720p", 720, 2_400_000, 0.28, 0.37},
	{"360p", 360, 800_000, 0.10, 0.55},
}

const (
	// segmentSeconds is how long a segment plays.
	segmentSeconds = 6
	// weekly is how many days there are between two episodes of a series.
	weekly = 7
	// backlog is how many episodes of a series there may be when the trace begins.
	backlog = 6
	// exponent is that of Zipf's law for films and for series: video on demand is less steep than the web.
	exponent = 0.8
	// seriesWeight is how much more is watched of an episode than of a film of the same rank.
	seriesWeight = 3
)

// publish makes up all titles, those of later days too.
func (t *Trace) publish() {
	films := t.Films + t.NewFilms*t.Options.Days
	appeal := shuffled(t.random, crowd.Zipf(films, exponent))
	for i := range films {
		day := -1 - t.random.IntN(200)
		if late := i - t.Films; late >= 0 {
			day = late / t.NewFilms
		}
		t.titles = append(t.titles, t.film(i, day, appeal[i]))
	}
	appeal = shuffled(t.random, crowd.Zipf(t.Series, exponent))
	for i := range t.Series {
		t.serial(i, appeal[i]*seriesWeight)
	}
	slices.SortFunc(t.titles, func(a, b *title) int { return cmp.Compare(a.name, b.name) })
}

// shuffled puts shares in an order that says nothing.
func shuffled(random *rand.Rand, shares []float64) []float64 {
	random.Shuffle(len(shares), func(i, j int) { shares[i], shares[j] = shares[j], shares[i] })
	return shares
}

func (t *Trace) film(i, day int, appeal float64) *title {
	return &title{
		name: fmt.Sprintf("film-%04d", i*7919%10_000), series: -1, day: day, // the name tells nothing of age or appeal
		segments: 14 + t.random.IntN(30), fmp4: t.random.IntN(2) == 0, patience: t.patience(0.10), weekend: true,
		base: math.Log(appeal),
	}
}

// serial makes up the episodes of a series, which are alike.
func (t *Trace) serial(i int, appeal float64) {
	segments, fmp4, patience := 10+t.random.IntN(8), t.random.IntN(2) == 0, t.patience(0.05)
	first := i%weekly - weekly*(2+t.random.IntN(backlog-1))
	for n := 0; first+n*weekly < t.Options.Days; n++ {
		t.titles = append(t.titles, &title{
			name: fmt.Sprintf("series-%02d/e%02d", i, n+1), series: i, day: first + n*weekly, segments: segments, fmp4: fmp4,
			patience: patience, base: math.Log(appeal) + 0.15*t.random.NormFloat64(),
		})
	}
}

// patience is that of the viewers of one title, around a mean.
func (t *Trace) patience(each float64) crowd.Patience {
	return crowd.Patience{First: 0.15 + 0.2*t.random.Float64(), Each: each * (0.5 + t.random.Float64())}
}

// Drift: each night the mood for a title changes by so much, and goes back to none by so much.
const (
	driftBy   = 0.25
	driftBack = 0.9
)

func (t *Trace) drift() {
	for _, title := range t.titles {
		title.mood = title.mood*driftBack + driftBy*t.random.NormFloat64()
	}
}

// weight is how much a title is watched on a day, against others. What is new is watched most, an episode more so.
func (t *title) weight(day int, weekend bool) float64 {
	age := day - t.day
	if age < 0 {
		return 0
	}
	fresh := 1 + 3*math.Exp(-float64(age)/4)
	if t.series >= 0 {
		fresh = 0.4 + 6*math.Exp(-float64(age)/2.5)
	}
	if weekend && t.weekend {
		fresh *= 1.6
	}
	return math.Exp(t.base+t.mood) * fresh
}
