package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// changing is a config of a site of which much changes.
const changing = `
account:
  endpoint: $API
  zones:
    zone-test: [127.0.0.1]
sources: [$ORIGIN/sitemap.xml]
crawl:
  private_networks: true
plan: {reserve: 0}
submit: {propagation: 1s}
`

// changedSite is a warm site of so many files, of which the first half has changed since, and a new service.
func changedSite(t *testing.T, files int, o edgeonetest.Options) *world {
	t.Helper()
	w := start(t, o)
	w.write(t, "edgewarm.yaml", changing)
	w.sitemap(t, files, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	if s := w.run(t, "run", "--json"); s.Accepted != files {
		t.Fatalf("%d of %d were accepted", s.Accepted, files)
	}
	w.sitemap(t, files, time.Now())
	w.serve(o)
	return w
}

// sitemap writes one whose first half has the lastmod.
func (w *world) sitemap(t *testing.T, files int, lastmod time.Time) {
	t.Helper()
	var text strings.Builder
	text.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for i := range files {
		at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		if i < files/2 {
			at = lastmod
		}
		fmt.Fprintf(&text, "<url><loc>$ORIGIN/%d.jpg</loc><lastmod>%s</lastmod></url>", i, at.UTC().Format(time.RFC3339Nano))
	}
	w.write(t, "www/sitemap.xml", text.String()+"</urlset>")
}

// purgesOf is how often each URL was purged. Each must have been warmed after it was purged last, and once in all.
func purgesOf(t *testing.T, w *world) map[string]int {
	t.Helper()
	times, last := map[string]int{}, map[string]time.Time{}
	for _, p := range w.service.Load().Purged() {
		times[p.URL]++
		last[p.URL] = p.Time
	}
	for _, a := range w.service.Load().Accepted() {
		if at, ok := last[a.URL]; ok && a.Time.After(at) {
			delete(last, a.URL)
		}
	}
	if len(last) > 0 {
		t.Errorf("%d targets were purged and not warmed again", len(last))
	}
	return times
}

// A process that is killed between a purge and the prefetch after it leaves the caches cold for no longer than until the
// next run, which warms what was purged first of all and does not purge it again.
func TestFault95KilledBetweenPurgeAndPrefetch(t *testing.T) {
	t.Parallel()
	const files = 600
	w := changedSite(t, files, edgeonetest.Options{Batch: 50})
	w.hold("CreatePrefetchTask")
	p := w.start(t, "run", "--purge", "changed", "--json")
	w.awaitOrFail(t, "CreatePrefetchTask", 1)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	cold := map[string]bool{}
	for _, p := range w.service.Load().Purged() {
		cold[p.URL] = true
	}
	if len(cold) == 0 || len(cold) > 200 {
		t.Fatalf("%d targets were purged before the first prefetch, want a part of them", len(cold))
	}
	w.hold("")
	quiet(t, w) // the call that was held is carried out
	sent := len(w.acceptedURLs())
	next := w.start(t, "run", "--purge", "changed", "--json")
	s := next.summary(t, next.end(t))
	if s.Purged != files/2-len(cold) || s.Accepted != files/2-sent {
		t.Errorf("%d were purged and %d accepted, want %d and %d", s.Purged, s.Accepted, files/2-len(cold), files/2-sent)
	}
	if want := fmt.Sprintf("an earlier run removed %d targets from the caches and did not come to warm them again", len(cold)-sent); !strings.Contains(next.stderr.String(), want) {
		t.Errorf("nobody is told %q: %s", want, next.stderr.String())
	}
	for i, url := range w.acceptedURLs()[:len(cold)] {
		if !cold[url] {
			t.Errorf("%s, number %d to be warmed, was not cold", url, i)
		}
	}
	for url, n := range purgesOf(t, w) {
		if n != 1 {
			t.Errorf("%s was purged %d times", url, n)
		}
	}
	if s := w.run(t, "run", "--purge", "changed", "--json"); s.Purged != 0 || s.Planned != 0 {
		t.Errorf("once more: %d purged, %d planned", s.Purged, s.Planned)
	}
}

// Wherever processes are killed that purge and warm, in the end all that has changed was purged and warmed after it, and
// nothing was purged again but in a call whose answer a killed process did not live to see.
func TestFault95KilledWhilePurging(t *testing.T) {
	t.Parallel()
	const files, kills = 300, 6
	w := changedSite(t, files, edgeonetest.Options{Batch: 10, Latency: 10 * time.Millisecond})
	killed := 0
	for range kills {
		purges, calls := w.asked("CreatePurgeTask"), w.asked("CreatePrefetchTask")
		p := w.start(t, "run", "--purge", "changed", "--json")
		if rand.IntN(2) == 0 {
			w.awaitOrEnd(t, p, "CreatePurgeTask", purges+1+rand.N(15))
		} else {
			w.awaitOrEnd(t, p, "CreatePrefetchTask", calls+1+rand.N(3))
		}
		time.Sleep(rand.N(20 * time.Millisecond))
		_ = p.cmd.Process.Kill() // it may have come to its end
		if p.end(t) == -1 {
			killed++
		}
		quiet(t, w)
	}
	w.run(t, "run", "--purge", "changed", "--json")
	again := 0
	times := purgesOf(t, w)
	for _, n := range times {
		again += n - 1
	}
	t.Logf("%d processes killed: %d targets purged, %d of them again", killed, len(times), again)
	if len(times) != files/2 || again > 10*killed {
		t.Errorf("%d of %d were purged, %d of them again after %d kills in a call of 10", len(times), files/2, again, killed)
	}
	if s := w.run(t, "run", "--purge", "changed", "--json"); s.Purged != 0 || s.Planned != 0 {
		t.Errorf("once more: %d purged, %d planned", s.Purged, s.Planned)
	}
}

// awaitOrEnd is awaitOrFail for a process that may end before it makes so many requests: it is not waited for long.
func (w *world) awaitOrEnd(t *testing.T, p *process, action string, n int) {
	t.Helper()
	for late := time.Now().Add(patience / 10); time.Now().Before(late); time.Sleep(time.Millisecond) {
		if w.asked(action) >= n || p.cmd.ProcessState != nil || strings.Contains(p.stdout.String(), `"exit"`) {
			return
		}
	}
}
