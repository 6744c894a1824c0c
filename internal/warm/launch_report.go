package warm

import (
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/internal/plain"
)

// LaunchReport is how far a launch is. Its JSON names are a promise.
type LaunchReport struct {
	Launch string `json:"launch"`
	// At is the release; absent for a launch at once. Now is when the report was made.
	At  time.Time `json:"at,omitzero"`
	Now time.Time `json:"now"`
	// State is green when everything is warm, red when something will not be or was not at the release, else amber.
	State string `json:"state"`
	// Latest is when sending has to have begun for everything to be warm in time; absent when nothing is left to send.
	// Late is true when it cannot be.
	Latest time.Time `json:"latest_start,omitzero"`
	Late   bool      `json:"late"`
	// Shares are what is still to be sent, day by day; Unfit is how many targets no day has the quota for.
	Shares []LaunchShare `json:"shares"`
	Unfit  int           `json:"unfit"`
	Readiness
	Titles []LaunchTitle `json:"titles"`
	Exit   int           `json:"exit"`
}

// LaunchShare is what is sent of one zone on one of its quota days.
type LaunchShare struct {
	Zone string `json:"zone"`
	Day  string `json:"day"`
	// From is when it can be sent at the earliest, Latest when it has to be begun.
	From    time.Time `json:"from"`
	Latest  time.Time `json:"latest_start"`
	Units   int       `json:"units"`
	Targets int       `json:"targets"`
	Bytes   int64     `json:"bytes"`
}

// LaunchTitle is one title of a launch, and its renditions in the order of their names; the empty name is what all of them
// need.
type LaunchTitle struct {
	URL   string `json:"url"`
	State string `json:"state"`
	Readiness
	Renditions []LaunchRendition `json:"renditions,omitempty"`
}

// LaunchRendition is one rendition of a title.
type LaunchRendition struct {
	Name  string `json:"name"`
	State string `json:"state"`
	Readiness
}

// Readiness counts targets by how far they are.
type Readiness struct {
	// Ready are warm, and stay so until the release. Waiting are sent, or will be. Failed are those that failed at the
	// service, those that the quota does not reach for, and at the release all that are not ready.
	Ready   int `json:"ready"`
	Waiting int `json:"waiting"`
	Failed  int `json:"failed"`
}

// Total is how many targets there are.
func (r Readiness) Total() int { return r.Ready + r.Waiting + r.Failed }

// state is a traffic light.
func (r Readiness) state() string {
	switch {
	case r.Failed > 0:
		return "red"
	case r.Waiting > 0:
		return "amber"
	}
	return "green"
}

func (r *Readiness) add(s standing) {
	switch s {
	case isReady:
		r.Ready++
	case isFailed:
		r.Failed++
	default:
		r.Waiting++
	}
}

// report tells how far everything is at a time.
func (r *launcher) report(now time.Time) LaunchReport {
	report := LaunchReport{
		Launch: r.Launch, At: r.o.At, Now: now.UTC().Truncate(time.Second),
		Latest: r.schedule.Latest.UTC().Truncate(time.Second), Late: r.schedule.Late, Unfit: len(r.schedule.Left),
		Shares: []LaunchShare{}, Titles: r.titleReports(now),
	}
	for _, s := range r.schedule.Shares {
		report.Shares = append(report.Shares, LaunchShare{
			s.Zone, s.Day, s.From.UTC().Truncate(time.Second), s.Latest.UTC().Truncate(time.Second), s.Units, len(s.Items), s.Bytes,
		})
	}
	for _, t := range report.Titles {
		report.Ready += t.Ready
		report.Waiting += t.Waiting
		report.Failed += t.Failed
	}
	report.State = report.state()
	return report
}

// titleReports are the titles in the order in which they were found.
func (r *launcher) titleReports(now time.Time) []LaunchTitle {
	unfit := map[string]bool{}
	for _, item := range r.schedule.Left {
		unfit[item.URL] = true
	}
	over := !r.o.At.IsZero() && !now.Before(r.o.At)
	titles, places := []LaunchTitle{}, map[string]int{}
	for _, t := range r.targets {
		s := r.standing(t.URL)
		if s != isReady && (unfit[t.URL] || over) {
			s = isFailed
		}
		i, ok := places[t.title]
		if !ok {
			i = len(titles)
			places[t.title] = i
			titles = append(titles, LaunchTitle{URL: plain.URL(t.title)})
		}
		titles[i].add(t.rendition, s)
	}
	for i := range titles {
		titles[i].State = titles[i].state()
	}
	return titles
}

// add counts a target in its title and in its rendition.
func (t *LaunchTitle) add(rendition string, s standing) {
	t.Readiness.add(s)
	name := plain.Text(rendition)
	i, found := slices.BinarySearchFunc(t.Renditions, name, func(r LaunchRendition, name string) int {
		switch {
		case r.Name < name:
			return -1
		case r.Name > name:
			return 1
		}
		return 0
	})
	if !found {
		t.Renditions = slices.Insert(t.Renditions, i, LaunchRendition{Name: name})
	}
	t.Renditions[i].Readiness.add(s)
	t.Renditions[i].State = t.Renditions[i].state()
}

// end finds the exit code.
func (report *LaunchReport) end(err error, faults int) {
	switch {
	case err != nil:
		report.Exit = ExitOf(err)
	case report.Unfit > 0:
		report.Exit = ExitQuota
	case faults > 0, report.Failed > 0:
		report.Exit = ExitPartly
	}
}
