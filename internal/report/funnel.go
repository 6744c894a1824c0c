package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/edgewarm/edgewarm/internal/plain"
)

// Stage is one of the funnel: how many URLs came so far.
type Stage struct {
	Name  string
	Count int
	// Share is that of the widest stage, 0 to 100.
	Share float64
	// Note says what the stage is.
	Note string
}

// Funnel are the stages from found to warm. What a run has not found out about is left out: one that was killed does not
// know how much it had found.
func (r *Run) Funnel() []Stage {
	stages := []Stage{
		{Name: "Found", Count: r.Discovered, Note: "distinct URLs in all sources"},
		{Name: "Planned", Count: r.Planned, Note: "chosen for this run"},
		{Name: "Submitted", Count: r.Submitted, Note: "sent to the service" + r.Early.String()},
		{Name: "Accepted", Count: r.Accepted, Note: "in a job of the service"},
		{Name: "Warm", Count: r.Warm, Note: "their job ended well"},
	}
	if r.Discovered == 0 {
		stages = stages[1:]
	}
	widest := 0
	for _, s := range stages {
		widest = max(widest, s.Count)
	}
	for i := range stages {
		stages[i].Share = share(stages[i].Count, widest)
	}
	return stages
}

// Loss is one reason for which URLs did not come further.
type Loss struct {
	// Code is the reason's own name, Text what it means.
	Code, Text string
	Count      int
	// Share is that of the greatest, 0 to 100.
	Share float64
}

// lossText says what each reason means, those of a plan and those of submitting.
var lossText = map[string]string{
	"invalid":        "no URL that could be requested",
	"failed":         "could not be opened or read",
	"document":       "sitemaps and feeds: read, not warmed",
	"key":            "decryption keys",
	"live":           "playlists of live streams",
	"gap":            "segments that the playlist says are missing",
	"excluded":       "left out by the config",
	"no_zone":        "on hosts of no zone",
	"warm":           "still warm from an earlier run",
	"over_quota":     "others were worth more of the quota",
	"holdout":        "left cold by lot, to measure what warming does",
	"blocked":        "never to be warmed, as the config says",
	"covered":        "found by the service itself, in a playlist that is planned",
	"not_cacheable":  "no cache may keep them",
	"refused":        "refused by the service",
	"job_failed":     "the service could not fetch them",
	"outcome_open":   "sent, and the answer was lost",
	"not_sent_today": "planned, and not sent in this run",
}

// Losses are the reasons for which what was found was not planned, the greatest first.
func (r *Run) Losses() []Loss { return losses(r.LeftOut) }

// Rest are the reasons for which what was planned is not warm, the greatest first.
func (r *Run) Rest() []Loss {
	return losses(map[string]int{
		"refused": r.Failed, "job_failed": r.FailedJobs, "outcome_open": r.Unknown, "not_sent_today": r.Deferred,
	})
}

func losses(counts map[string]int) []Loss {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	var out []Loss
	for code, n := range maps.All(counts) {
		if n > 0 {
			out = append(out, Loss{Code: plain.Text(code), Text: lossText[code], Count: n, Share: share(n, most)})
		}
	}
	slices.SortFunc(out, func(a, b Loss) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code)) })
	return out
}

// share is a part of a whole in percent, 0 of nothing.
func share(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return 100 * float64(part) / float64(whole)
}
