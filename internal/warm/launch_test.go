package warm_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// film is a title of two renditions with n segments each, as a crawl finds it.
func film(name string, n int) (found []crawler.Resource) {
	base := "https://cdn.example.com/" + name + "/"
	title := crawler.Resource{URL: base + "master.m3u8", Kind: crawler.Playlist, Title: base + "master.m3u8"}
	found = append(found, title)
	for _, rendition := range []string{"360p", "720p"} {
		list := crawler.Resource{URL: base + rendition + "/index.m3u8", Kind: crawler.Playlist, Parent: title.URL, Depth: 1, Title: title.URL}
		found = append(found, list)
		for i := range n {
			found = append(found, crawler.Resource{
				URL: fmt.Sprintf("%s%s/%03d.ts", base, rendition, i), Kind: crawler.Segment, Parent: list.URL, Depth: 2,
				Title: title.URL, Index: i, Start: time.Duration(i) * 4 * time.Second, Duration: 4 * time.Second, Bytes: 1 << 20,
			})
		}
	}
	return found
}

// launch is what is told of one launch in virtual time.
type launchRun struct {
	*world
	t       *testing.T
	at      time.Time
	reports []warm.LaunchReport
}

// launching is a world whose ledger keeps for three days, and a release 57 hours from now.
func launching(t *testing.T, o edgeonetest.Options) *launchRun {
	o.TaskTime = 20 * time.Minute
	r := &launchRun{world: quiet(t, o), t: t, at: time.Now().Add(57 * time.Hour)}
	r.config.Plan.TTL = 72 * time.Hour
	r.config.Plan.Reserve.Percent = 0
	return r
}

func (r *launchRun) warmer(name string) *warm.Warmer {
	job := r.world.warmer()
	job.Launch = name
	job.SetTransport(r.sim.Transport())
	return job
}

// run launches the films and stays until the release.
func (r *launchRun) run(found []crawler.Resource, also func(warm.LaunchReport)) warm.LaunchReport {
	r.t.Helper()
	report, err := r.warmer("premiere").LaunchFound(r.t.Context(), warm.LaunchOptions{
		At: r.at, Margin: time.Hour, Job: 30 * time.Minute, Stay: true,
		OnReport: func(report warm.LaunchReport) {
			r.reports = append(r.reports, report)
			if also != nil {
				also(report)
			}
		},
	}, found)
	if err != nil {
		r.t.Fatal(err)
	}
	return report
}

// bookings are the units that are kept, by day.
func (r *launchRun) bookings() map[string]int {
	r.t.Helper()
	l, err := ledger.OpenReadOnly(r.t.Context(), r.config.State, ledger.Options{})
	if err != nil {
		r.t.Fatal(err)
	}
	defer l.Close()
	bookings, err := l.Bookings(r.t.Context(), "2000-01-01")
	if err != nil {
		r.t.Fatal(err)
	}
	days := map[string]int{}
	for _, b := range bookings {
		days[b.Day] += b.Units
	}
	return days
}

// Three films of 83 targets take three days of 100 units. They are booked before they are sent, other plans leave them
// alone, the start of every film goes first and playlists last, and all is warm before the release.
func TestLaunch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := launching(t, edgeonetest.Options{Daily: 100, Batch: 10})
		var found []crawler.Resource
		for _, name := range []string{"aurora", "breakers", "cipher"} {
			found = append(found, film(name, 40)...)
		}
		booked := false
		report := r.run(found, func(report warm.LaunchReport) {
			if booked {
				return
			}
			booked = true
			// It is 08:00 on the quota's first day. The release is on the third at 17:00.
			if got, want := r.bookings(), (map[string]int{"2000-01-02": 100, "2000-01-03": 100}); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("booked %v, want %v", got, want)
			}
			time.Sleep(24 * time.Hour)
			quotas, err := r.warmer("").Quotas(t.Context(), r.config.Account.Zones)
			if q := quotas[zoneID]; err != nil || q.Budget != 0 || q.Booked != 100 {
				t.Errorf("a nightly run may spend %d beside %d booked, %v", q.Budget, q.Booked, err)
			}
		})
		if report.State != "green" || report.Ready != 249 || report.Exit != warm.ExitDone {
			t.Errorf("got %s with %+v, exit %d", report.State, report.Readiness, report.Exit)
		}
		if !report.Now.Before(r.at.Add(-time.Hour)) {
			t.Errorf("all was warm at %s, an hour before %s is too late", report.Now, r.at)
		}
		if got := fmt.Sprint(r.perDay(shanghai)); got != "[49 100 100]" {
			t.Errorf("sent %s a day", got)
		}
		if left := r.bookings(); len(left) > 0 {
			t.Errorf("still booked: %v", left)
		}
		r.inOrder()
	})
}

// inOrder checks that no segment was sent before one that comes earlier in another film, and playlists last.
func (r *launchRun) inOrder() {
	r.t.Helper()
	last := ""
	lists := 0
	for _, a := range r.sim.Accepted() {
		name := a.URL[strings.LastIndexByte(a.URL, '/')+1:]
		if filepath.Ext(name) == ".m3u8" {
			lists++
			continue
		}
		if lists > 0 {
			r.t.Errorf("%s was sent behind a playlist", a.URL)
		}
		if name < last {
			r.t.Errorf("%s was sent behind a %s", a.URL, last)
		}
		last = name
	}
}

// Where no day has the units, the least missed is left out and said so, and the release finds it red.
func TestLaunchThatDoesNotFit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := launching(t, edgeonetest.Options{Daily: 20, Batch: 10})
		report := r.run(film("aurora", 40), nil)
		first := r.reports[0]
		if first.State != "red" || first.Unfit != 23 || first.Failed != 23 {
			t.Errorf("the first report is %s with %d left out and %+v", first.State, first.Unfit, first.Readiness)
		}
		if report.State != "red" || report.Ready != 60 || report.Failed != 23 || report.Exit != warm.ExitQuota {
			t.Errorf("got %s with %+v, exit %d", report.State, report.Readiness, report.Exit)
		}
		for _, a := range r.sim.Accepted() {
			if strings.HasSuffix(a.URL, "/039.ts") {
				t.Errorf("%s was sent, though what comes before it was not", a.URL)
			}
		}
	})
}

// What fails at the service is sent once more, and then is red; its playlists go all the same when they can wait no longer.
func TestLaunchOfWhatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := launching(t, edgeonetest.Options{Outcomes: []edgeonetest.Outcome{{Glob: "*/720p/007.ts", Status: "failed"}}})
		report := r.run(film("aurora", 40), nil)
		if report.State != "red" || report.Ready != 82 || report.Failed != 1 || report.Exit != warm.ExitPartly {
			t.Errorf("got %s with %+v, exit %d", report.State, report.Readiness, report.Exit)
		}
		tries := 0
		for _, a := range r.sim.Accepted() {
			if strings.HasSuffix(a.URL, "/720p/007.ts") {
				tries++
			}
		}
		if tries != 2 {
			t.Errorf("it was sent %d times", tries)
		}
		var states []string
		for _, rendition := range report.Titles[0].Renditions {
			states = append(states, rendition.Name+" "+rendition.State)
		}
		if got := strings.Join(states, ", "); got != " green, 360p/index.m3u8 green, 720p/index.m3u8 red" {
			t.Errorf("got %s", got)
		}
	})
}

// A launch that does not stay sends what is due; the same again goes on, and sends nothing twice.
func TestLaunchAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := launching(t, edgeonetest.Options{})
		r.at = time.Now().Add(5 * time.Hour)
		once := func() warm.LaunchReport {
			report, err := r.warmer("premiere").LaunchFound(t.Context(), warm.LaunchOptions{
				At: r.at, Margin: time.Hour, Job: 30 * time.Minute}, film("aurora", 40))
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
		if report := once(); report.State != "amber" || len(r.sim.Accepted()) != 80 {
			t.Errorf("got %s with %d sent", report.State, len(r.sim.Accepted()))
		}
		time.Sleep(time.Hour)
		if report := once(); report.Ready != 80 || len(r.sim.Accepted()) != 83 {
			t.Errorf("got %+v with %d sent", report.Readiness, len(r.sim.Accepted()))
		}
		time.Sleep(time.Hour)
		if report := once(); report.State != "green" || len(r.sim.Accepted()) != 83 {
			t.Errorf("got %s with %d sent", report.State, len(r.sim.Accepted()))
		}
	})
}
