package trace_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/crowd"
	"github.com/edgewarm/edgewarm/internal/trace"
)

// small is quick to make: eight days from a Monday on, 700 viewings each.
var small = trace.Options{Seed: 1, Days: 8, Films: 20, Series: 5, NewFilms: 1, Viewings: 700}

func days(o trace.Options) []trace.Day {
	var all []trace.Day
	for d := range trace.New(o).Days() {
		all = append(all, d)
	}
	return all
}

func TestEachDayHasNewTitles(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for n, d := range days(small) {
		fresh := 0
		for _, r := range d.Resources {
			if r.Kind == crawler.Playlist && r.Role == "" && !known[r.URL] {
				known[r.URL] = true
				fresh++
			}
		}
		if n > 0 && (fresh < 1 || fresh > 4) {
			t.Errorf("day %d: got %d new titles, want a few", n, fresh)
		}
		urls := map[string]bool{}
		for _, r := range d.Resources {
			if urls[r.URL] {
				t.Fatalf("%s is listed twice", r.URL)
			}
			urls[r.URL] = true
		}
		for _, r := range d.Requests {
			if !urls["https://vod.example.com"+r.Path] {
				t.Fatalf("day %d: %s is requested and not published", n, r.Path)
			}
		}
	}
}

func TestPeopleLeaveAndComeAtTheWeekend(t *testing.T) {
	t.Parallel()
	all := days(small)
	first, late := 0, 0
	for _, d := range all {
		for _, r := range d.Requests {
			switch {
			case strings.Contains(r.Path, "seg-00000"):
				first++
			case strings.Contains(r.Path, "seg-00009"):
				late++
			}
		}
	}
	if late*3 > first*2 || late == 0 {
		t.Errorf("got %d requests of first segments and %d of tenth ones", first, late)
	}
	if monday, saturday := len(all[0].Requests), len(all[5].Requests); saturday < monday*6/5 {
		t.Errorf("got %d requests on Monday and %d on Saturday", monday, saturday)
	}
}

// What is asked for all the time stays in the caches, what is asked for now and then has been pushed out.
func TestEdgesMissWhatIsRare(t *testing.T) {
	t.Parallel()
	all := days(small)
	requests, misses := map[string]int{}, map[string]int{}
	for _, d := range all[4:] {
		for _, r := range d.Requests {
			requests[r.Path]++
			if r.Cache == "miss" {
				misses[r.Path]++
			}
		}
	}
	var often, oftenMissed, rare, rareMissed int
	for p, n := range requests {
		switch {
		case !strings.HasPrefix(p, "/vod/"):
		case n >= 60:
			often, oftenMissed = often+n, oftenMissed+misses[p]
		case n < 6:
			rare, rareMissed = rare+n, rareMissed+misses[p]
		}
	}
	if often == 0 || rare == 0 {
		t.Fatalf("got %d requests of what is asked for often, %d of what is rare", often, rare)
	}
	if a, b := float64(oftenMissed)/float64(often), float64(rareMissed)/float64(rare); a > b/2 {
		t.Errorf("got %.2f missed of what is asked for often, %.2f of what is rare", a, b)
	}
}

func TestSameOptionsSameTrace(t *testing.T) {
	t.Parallel()
	for _, f := range []crowd.Format{crowd.EdgeOne, crowd.Combined} {
		if first, second := made(t, small, f), made(t, small, f); first != second {
			t.Errorf("%s: the second trace differs", f)
		}
	}
	other := small
	other.Seed = 2
	if made(t, small, crowd.Combined) == made(t, other, crowd.Combined) {
		t.Error("another seed makes the same trace")
	}
}

func made(t *testing.T, o trace.Options, f crowd.Format) [sha256.Size]byte {
	t.Helper()
	var text bytes.Buffer
	made := trace.New(o)
	for d := range made.Days() {
		if err := made.Log(&text, f, d.Requests); err != nil {
			t.Fatal(err)
		}
		for i := range d.Resources {
			text.Write(d.Resources[i].AppendJSON(nil))
		}
	}
	return sha256.Sum256(text.Bytes())
}

func TestWrite(t *testing.T) {
	t.Parallel()
	o := small
	o.Days = 2
	for _, c := range []struct {
		hourly bool
		least  int
		name   string
	}{{false, 2, "access-2026-10-06.log.gz"}, {true, 40, "access-2026-10-06-20.log.gz"}} {
		folder := t.TempDir()
		if err := trace.New(o).Write(folder, crowd.EdgeOne, c.hourly); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{c.name, trace.ResourcesFile} {
			if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
		if files, _ := filepath.Glob(filepath.Join(folder, "*.log.gz")); len(files) < c.least {
			t.Errorf("got %d logs, want %d or more", len(files), c.least)
		}
	}
	if err := trace.New(o).Write(t.TempDir(), "w3c", false); err == nil {
		t.Error("got no error for a format that there is not")
	}
}
