package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/report"
	"github.com/edgewarm/edgewarm/submitter"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 8*60*60))

// vod is a URL of the test's site.
func vod(path string) string { return "https://cdn.example.com/vod/" + path }

// planned are the targets of the test's run, in the order of its plan.
var planned = []string{
	vod("aurora/master.m3u8"), vod("aurora/720p/index.m3u8"), vod("aurora/720p/1.ts"), vod("ember/master.m3u8"),
	vod("ember/1.ts"), "https://cdn.example.com/img/a.jpg?sign=hush", vod("ember/2.ts"),
}

// filled is a ledger with one run: two titles and a picture, of which one is refused and one is not sent.
func filled(t *testing.T) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "edgewarm.db"), ledger.Options{Now: func() time.Time { return noon }})
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	run, err := l.BeginRun(t.Context(), "run")
	must(t, err)
	var targets []submitter.Target
	for _, u := range planned {
		targets = append(targets, submitter.Target{URL: u, Zone: "zone-a", Cost: 1})
	}
	must(t, l.PlanTargets(t.Context(), run, targets))
	batch := submitter.Batch{ID: "b1", Zone: "zone-a", URLs: planned[:6], Sent: noon, Attempts: 1}
	outcome := submitter.Outcome{Receipt: submitter.Receipt{JobID: "job-1", Failed: []submitter.Failure{{URL: planned[5], Reason: "=cmd|' /C calc'!A0 \x1b[31mred\u202e"}}}}
	for range batch.URLs {
		outcome.States = append(outcome.States, submitter.Accepted)
	}
	outcome.States[5] = submitter.Refused
	must(t, l.Intend(t.Context(), batch))
	must(t, l.Settle(t.Context(), batch, outcome))
	_, err = l.UpdateTasks(t.Context(), tasks(planned[:4]))
	must(t, err)
	must(t, l.RecordQuota(t.Context(), "zone-a", submitter.Quota{Daily: 20, Available: 12}))
	must(t, l.EndRun(t.Context(), run, 3, json.RawMessage(`{"run":1,"discovered":10,"planned":7,"submitted":6,"accepted":5,
		"failed":1,"unknown":0,"deferred":1,"left_out":{"warm":2,"no_zone":1},"jobs":{"success":4,"accepted":1},"exit":3}`)))
	return l
}

func tasks(urls []string) (out []submitter.Task) {
	for _, u := range urls {
		out = append(out, submitter.Task{JobID: "job-1", URL: u, Status: "success", Updated: noon})
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, l report.Ledger) *report.Report {
	t.Helper()
	r, err := report.Read(t.Context(), l, report.Options{Now: func() time.Time { return noon }, TTL: 24 * time.Hour})
	must(t, err)
	return r
}

func TestFigures(t *testing.T) {
	t.Parallel()
	r := read(t, filled(t))
	var funnel []string
	for _, s := range r.Run.Funnel() {
		funnel = append(funnel, fmt.Sprint(s.Name, " ", s.Count))
	}
	if diff := cmp.Diff([]string{"Found 10", "Planned 7", "Submitted 6", "Accepted 5", "Warm 4"}, funnel); diff != "" {
		t.Errorf("funnel (-want +got):\n%s", diff)
	}
	var losses []string
	for _, l := range append(r.Run.Losses(), r.Run.Rest()...) {
		losses = append(losses, fmt.Sprint(l.Code, " ", l.Count))
	}
	if diff := cmp.Diff([]string{"warm 2", "no_zone 1", "not_sent_today 1", "refused 1"}, losses); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
	wantQuota := []report.ZoneQuota{{Zone: "zone-a", Days: []report.QuotaDay{{Day: "2026-03-01", Own: 5, Others: 3, Daily: 20, Available: 12}}}}
	if diff := cmp.Diff(wantQuota, r.Quota); diff != "" {
		t.Errorf("quota (-want +got):\n%s", diff)
	}
}

// A title is the topmost folder with a playlist; what is in none stands with its host.
func TestTitles(t *testing.T) {
	t.Parallel()
	r := read(t, filled(t))
	want := report.Titles{
		Total: 2,
		Titles: []report.Title{
			{Name: "vod/aurora", URL: vod("aurora/"), Readiness: report.Readiness{Ready: 3},
				Renditions: []report.Rendition{{"", report.Readiness{Ready: 1}}, {"720p", report.Readiness{Ready: 2}}}},
			{Name: "vod/ember", URL: vod("ember/"), Readiness: report.Readiness{Ready: 1, Waiting: 1, Cold: 1},
				Renditions: []report.Rendition{{"", report.Readiness{Ready: 1, Waiting: 1, Cold: 1}}}},
		},
		Others: []report.Title{{Name: "cdn.example.com", URL: "https://cdn.example.com/", Readiness: report.Readiness{Failed: 1}}},
	}
	want.Titles[0], want.Titles[1] = want.Titles[1], want.Titles[0] // what needs a look first
	if diff := cmp.Diff(want, r.Titles); diff != "" {
		t.Errorf("titles (-want +got):\n%s", diff)
	}
	l := filled(t)
	later, err := report.Read(t.Context(), l, report.Options{Now: func() time.Time { return noon.Add(25 * time.Hour) }, TTL: 24 * time.Hour})
	must(t, err)
	if got := later.Titles.Titles[0]; got.Ready != 0 || got.Cold == 0 {
		t.Errorf("a day later: %+v", got)
	}
}

// What a crawl found to be a title is one wherever its files are: a ladder, a site whose playlists stand beside each other, and
// subtitles and segments in folders of their own. What no crawl has found joins by its folder.
func TestTitlesOfACrawl(t *testing.T) {
	t.Parallel()
	const site = "https://cdn.example.com/"
	parts := map[string][]string{
		"film/master.m3u8":   {"film/master.m3u8", "film/1080p/media.m3u8", "film/1080p/s1.ts", "subs/film/en.vtt"},
		"vod/one.m3u8":       {"vod/one.m3u8", "vod/one-1.ts"},
		"vod/two.m3u8":       {"vod/two.m3u8", "vod/two-1.ts", "vod/two-2.ts"},
		"show/e1/video.m3u8": {"show/e1/video.m3u8", "show/e1/a/1.ts"},
		"live.m3u8":          {"live.m3u8"},
		"":                   {"film/poster.ts", "old/master.m3u8", "old/720p/media.m3u8", "index.html", "vod/other.ts"},
	}
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "edgewarm.db"), ledger.Options{Now: func() time.Time { return noon }})
	must(t, err)
	defer l.Close()
	run, err := l.BeginRun(t.Context(), "run")
	must(t, err)
	var targets []submitter.Target
	titles := map[string]string{}
	for title, urls := range parts {
		for _, u := range urls {
			targets = append(targets, submitter.Target{URL: site + u, Zone: "zone-a", Cost: 1})
			if title != "" {
				titles[site+u] = site + title
			}
		}
	}
	must(t, l.PlanTargets(t.Context(), run, targets))
	must(t, l.NameTitles(t.Context(), maps.All(titles)))
	var got []string
	for _, title := range read(t, l).Titles.Titles {
		line := fmt.Sprintf("%s %d:", title.Name, title.Total())
		for _, r := range title.Renditions {
			line += fmt.Sprintf(" %q %d", r.Name, r.Total())
		}
		got = append(got, line)
	}
	slices.Sort(got)
	want := []string{
		`film 5: "" 2 "1080p" 2 "subs/film" 1`,
		`live 1: "" 1`,
		`old 2: "" 1 "720p" 1`,
		`show/e1 2: "" 1 "a" 1`,
		`vod/one 2: "" 2`,
		`vod/two 3: "" 3`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("titles (-want +got):\n%s", diff)
	}
}

// A run that was killed has no summary: its targets tell.
func TestKilledRun(t *testing.T) {
	t.Parallel()
	l := filled(t)
	second, err := l.BeginRun(t.Context(), "run")
	must(t, err)
	must(t, l.PlanTargets(t.Context(), second, []submitter.Target{{URL: vod("new/a.ts"), Zone: "zone-a"}, {URL: vod("new/b.ts"), Zone: "zone-a"}}))
	batch := submitter.Batch{ID: "b2", Zone: "zone-a", URLs: []string{vod("new/a.ts")}, Sent: noon, Attempts: 1}
	must(t, l.Intend(t.Context(), batch))
	r, err := report.ReadRun(t.Context(), l, second)
	must(t, err)
	want := report.Figures{Planned: 2, Submitted: 1, Unknown: 1, Deferred: 1, LeftOut: map[string]int{}}
	if diff := cmp.Diff(want, r.Figures); diff != "" || r.State != report.Running {
		t.Errorf("it is %s (-want +got):\n%s", r.State, diff)
	}
	_, err = l.BeginRun(t.Context(), "run")
	must(t, err)
	if r, err = report.ReadRun(t.Context(), l, second); err != nil || r.State != report.Killed {
		t.Errorf("once another has begun it is %v, %v", r, err)
	}
}

func TestEmptyLedger(t *testing.T) {
	t.Parallel()
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "edgewarm.db"), ledger.Options{})
	must(t, err)
	defer l.Close()
	r := read(t, l)
	var page bytes.Buffer
	must(t, r.WriteHTML(&page))
	if !strings.Contains(page.String(), "No run yet") || r.Run != nil {
		t.Errorf("of an empty ledger it tells:\n%s", page.String())
	}
	if _, err := report.Read(t.Context(), l, report.Options{Run: 7}); !errors.Is(err, report.ErrNoRun) {
		t.Errorf("run 7: %v", err)
	}
}

// hostile is what no report may hold: an escape sequence, a turn of direction, markup, a secret.
func hostile(text string) []string {
	var found []string
	for _, bad := range []string{"\x1b", "\u202e", "<script>alert", "hush"} {
		if strings.Contains(text, bad) {
			found = append(found, fmt.Sprintf("%q", bad))
		}
	}
	return found
}

// TestFault84 is row 84 of the faults: what comes from outside acts on nobody who reads the report.
func TestFault84(t *testing.T) {
	t.Parallel()
	l := filled(t)
	run, err := l.BeginRun(t.Context(), "run")
	must(t, err)
	urls := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "https://x/<script>alert(1)</script>\x1b]0;pwned\x07\u202e", "＝1"}
	var targets []submitter.Target
	for _, u := range urls {
		targets = append(targets, submitter.Target{URL: u, Zone: "=zone"})
	}
	must(t, l.PlanTargets(t.Context(), run, targets))
	batch := submitter.Batch{ID: "b3", Zone: "=zone", URLs: urls, Sent: noon, Attempts: 1}
	o := submitter.Outcome{States: make([]submitter.State, len(urls))}
	for i, u := range urls {
		o.States[i] = submitter.Refused
		o.Receipt.Failed = append(o.Receipt.Failed, submitter.Failure{URL: u, Reason: u})
	}
	must(t, l.Intend(t.Context(), batch))
	must(t, l.Settle(t.Context(), batch, o))

	r := read(t, l)
	var page, lines, table bytes.Buffer
	must(t, r.WriteHTML(&page))
	must(t, r.WriteJSON(&lines))
	must(t, report.WriteCSV(&table, l.Targets(t.Context(), 0)))
	if !json.Valid(lines.Bytes()) {
		t.Error("the JSON is none")
	}
	if found := append(hostile(page.String()), hostile(strings.ReplaceAll(lines.String(), "<script>alert", ""))...); found != nil {
		t.Errorf("page and JSON hold %v", found)
	}
	rows, err := csv.NewReader(&table).ReadAll()
	must(t, err)
	if len(rows) != 1+len(urls)+len(planned) {
		t.Errorf("%d rows", len(rows))
	}
	for _, row := range rows[1:] {
		for i, text := range row {
			if strings.ContainsAny(text, "\t\r\n\x1b\u202e") || text != "" && strings.ContainsRune("=+-@＝", []rune(text)[0]) {
				t.Errorf("column %s: %q", rows[0][i], text)
			}
		}
	}
}

// The page asks for nothing from anywhere, and says so to the browser.
func TestSelfContained(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	must(t, read(t, filled(t)).WriteHTML(&page))
	for _, bad := range []string{"<script", "<link", "<img", "url(", "@import", "src=", "ZgotmplZ"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("it has %s", bad)
		}
	}
	if !strings.Contains(page.String(), "default-src &#39;none&#39;") && !strings.Contains(page.String(), "default-src 'none'") {
		t.Error("it has no policy")
	}
}

func TestSave(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "outside")
	must(t, os.WriteFile(outside, []byte("mine"), 0o600))
	dir := t.TempDir()
	must(t, os.Symlink(outside, filepath.Join(dir, "link.html")))
	must(t, os.Symlink(filepath.Dir(outside), filepath.Join(dir, "away")))
	must(t, os.Mkdir(filepath.Join(dir, "sub"), 0o755))
	for name, ok := range map[string]bool{
		"a.html": true, "sub/a.html": true, "link.html": true,
		"../a.html": false, "/tmp/a.html": false, "sub/../../a.html": false, "away/a.html": false, "sub": false, "": false,
	} {
		err := save(dir, name, "new")
		if (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
		if got, _ := os.ReadFile(filepath.Join(dir, name)); ok && string(got) != "new" {
			t.Errorf("%q has %q", name, got)
		}
	}
	if got, _ := os.ReadFile(outside); string(got) != "mine" {
		t.Errorf("a file outside has %q", got)
	}
	if left, _ := os.ReadDir(filepath.Dir(outside)); len(left) != 1 {
		t.Errorf("outside there is %v", left)
	}
}

// What is interrupted leaves what was there.
func TestSaveWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, save(dir, "a.html", "old"))
	broken := errors.New("broken")
	if err := report.Save(dir, "a.html", failing(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	files, err := os.ReadDir(dir)
	must(t, err)
	if got, _ := os.ReadFile(filepath.Join(dir, "a.html")); string(got) != "old" || len(files) != 1 {
		t.Errorf("it has %q, beside %v", got, files)
	}
}

func save(dir, name, text string) error {
	return report.Save(dir, name, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// failing writes something and fails.
func failing(err error) func(io.Writer) error {
	return func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return err
	}
}
