package report_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/effect"
	"github.com/edgewarm/edgewarm/internal/report"
)

// nightOf is one whose cold objects are missed so often and whose warm ones so often.
func nightOf(held int, cold, warm float64) *effect.Night {
	rnd := rand.New(rand.NewPCG(1, 1))
	var all []effect.Object
	for i := range 1000 {
		o := effect.Object{Score: float64(i % 10), Held: i < held, Misses: warm + float64(rnd.IntN(3)), Units: 1}
		if o.Held {
			o.Misses, o.Units = cold+float64(rnd.IntN(3)), 0
		}
		all = append(all, o)
	}
	return &effect.Night{Run: 1, Started: noon, From: noon, To: noon.Add(24 * time.Hour), LogsUntil: noon.Add(20 * time.Hour), Planned: 1200, Report: effect.Compare(all)}
}

func TestEffectIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		night   *effect.Night
		verdict effect.Verdict
		want    string
	}{
		{nightOf(50, 5, 1), effect.Avoided, "Each unit avoided 3."},
		{nightOf(50, 1, 1), effect.TooFew, "Too few to tell: each unit avoided "},
		{nightOf(10, 5, 1), effect.TooFew, "Too few to tell: 10 were held out, 990 are compared"},
		{nightOf(50, 1, 5), effect.Added, "missed more than what was not, by 3."},
	} {
		if words := report.EffectWords(c.night); c.night.Verdict != c.verdict || !strings.Contains(words, c.want) && !strings.Contains(words, strings.Replace(c.want, "3.", "4.", 1)) {
			t.Errorf("%s: got %s: %s", c.want, c.night.Verdict, words)
		}
	}
}

// A report has the effect where it was asked for, and no trace of it elsewhere.
func TestEffectInReport(t *testing.T) {
	t.Parallel()
	r := read(t, filled(t))
	var without, with, text bytes.Buffer
	must(t, r.WriteHTML(&without))
	r.Effect = nightOf(50, 5, 1)
	must(t, r.WriteHTML(&with))
	must(t, r.WriteJSON(&text))
	for _, want := range []string{"What warming did", "Each unit avoided", "Compared are 950 of 1 200 targets", "<th scope=\"row\">Held out</th>"} {
		if !strings.Contains(strings.ReplaceAll(with.String(), "\u202f", " "), want) || strings.Contains(without.String(), want) {
			t.Errorf("%q is not where it should be", want)
		}
	}
	var back struct {
		Effect map[string]any `json:"effect"`
	}
	must(t, json.Unmarshal(text.Bytes(), &back))
	for _, name := range []string{"run", "started", "from", "to", "logs_until", "planned", "verdict", "warmed", "held_out", "units", "strata", "avoided", "avoided_per_target", "avoided_per_unit"} {
		if _, ok := back.Effect[name]; !ok {
			t.Errorf("the JSON has no %s", name)
		}
	}
}
