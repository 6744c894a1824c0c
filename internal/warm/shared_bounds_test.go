package warm_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// boundedSite is a site of sitemaps, pages that link to each other, and a title of two variants for each page. It has 341
// documents.
func boundedSite() map[string]string {
	const sitemaps, pages = 4, 21
	files := map[string]string{}
	var index strings.Builder
	for i := range sitemaps {
		fmt.Fprintf(&index, "<sitemap><loc>/sitemap-%d.xml</loc></sitemap>", i)
		var list strings.Builder
		for j := range pages {
			name := fmt.Sprintf("%d-%d", i, j)
			fmt.Fprintf(&list, "<url><loc>/p/%s</loc><lastmod>2026-01-0%d</lastmod></url>", name, 1+j%9)
			files["/p/"+name] = fmt.Sprintf(`<html><title>%s</title><a href="/p/%d-%d">next</a><video src="/v/%[1]s/m.m3u8"></video></html>`,
				name, (i+1)%sitemaps, (j+7)%pages)
			files["/v/"+name+"/m.m3u8"] = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=3000000\nhigh.m3u8\n"
			for _, variant := range []string{"low", "high"} {
				files["/v/"+name+"/"+variant+".m3u8"] = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n" + variant + "-0.ts\n#EXTINF:6,\n" +
					variant + "-1.ts\n#EXT-X-ENDLIST\n"
			}
		}
		files[fmt.Sprintf("/sitemap-%d.xml", i)] = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + list.String() + "</urlset>"
	}
	files["/index.xml"] = `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + index.String() + "</sitemapindex>"
	return files
}

// A crawl that comes to its bounds has the same plan with four workers as with none, and says the same of them: they open
// and remember what they come to first, and the run decides.
func TestBoundsOfASharedCrawl(t *testing.T) {
	t.Parallel()
	const atOnce = 4 * 4 * 3 * 250 // workers, jobs of each, documents of each, bytes of each
	for name, c := range map[string]struct {
		documents int
		held      int64
	}{
		"documents": {documents: 150},
		"listings":  {held: 16_000},
		"both":      {documents: 200, held: 16_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alone := newWorld(t, edgeonetest.Options{Daily: 1 << 20}, boundedSite(), "/index.xml")
			together := newWorld(t, edgeonetest.Options{Daily: 1 << 20}, nil)
			together.config.Sources, together.config.Crawl.Workers = alone.config.Sources, true
			for _, w := range []*world{alone, together} {
				w.config.State, w.config.Plan.Quota = postgrestest.Schema(t), 100
				w.config.Crawl.Rate, w.config.Crawl.Concurrency = 10_000, 4
			}
			first := alone.bounded(t, c.documents, c.held)
			together.workers(t, 4)
			second := together.bounded(t, c.documents, c.held)
			if first.Discovered != second.Discovered || first.Planned != 100 || second.Planned != 100 {
				t.Errorf("with workers: %+v, without: %+v", second, first)
			}
			want, got := keptPlan(t, alone.config.State), keptPlan(t, together.config.State)
			if got != want {
				t.Errorf("plan (-alone +together):\n%.4000s", cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
			if diff := cmp.Diff(alone.faults, together.faults); diff != "" || (c.documents > 0) != (len(alone.faults) == 1) {
				t.Errorf("faults (-alone +together):\n%s", diff)
			}
			if diff := cmp.Diff(alone.notes, together.notes); diff != "" || (c.held > 0) != slices.Contains(alone.notes, ledger.ErrMemoryFull.Error()) {
				t.Errorf("notes (-alone +together):\n%s", diff)
			}
			held := heldIn(t, together.config.State)
			t.Logf("listings of %d bytes alone, of %d together", heldIn(t, alone.config.State), held)
			if c.held > 0 && held > c.held+atOnce {
				t.Errorf("listings of %d bytes are remembered, want %d and what workers may write at once", held, c.held)
			}
		})
	}
}

// bounded is a run whose crawl has the bounds.
func (w *world) bounded(t *testing.T, documents int, held int64) warm.Summary {
	t.Helper()
	job := w.warmer()
	defer job.Close()
	job.SetBounds(documents, held)
	s, err := job.Run(t.Context(), warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// workers has so many work until the test ends.
func (w *world) workers(t *testing.T, n int) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range n {
		c := *w.config
		wg.Go(func() {
			worker := &warm.Warmer{Config: &c, Command: "worker"}
			o := warm.WorkOptions{Name: fmt.Sprint("w", i), Batch: 3, Log: slog.New(slog.DiscardHandler)}
			if err := worker.Work(ctx, o); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() {
		stop()
		wg.Wait()
	})
	awaitWorkers(t, w.config.State, n)
}

// awaitWorkers returns when so many are alive: on a busy machine a run may give up on those that only begin.
func awaitWorkers(t *testing.T, state string, n int) {
	t.Helper()
	for late := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		s, err := fleet.Look(t.Context(), state)
		if err == nil && s != nil && len(s.Workers) == n {
			return
		}
		if time.Now().After(late) {
			t.Fatalf("the workers are not there: %+v, %v", s, err)
		}
	}
}

// keptPlan is what the last run of the ledger found and decided, line by line.
func keptPlan(t *testing.T, state string) string {
	t.Helper()
	l, err := ledger.OpenReadOnly(t.Context(), state, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, packed, err := l.KeptPlan(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// heldIn is the bytes of listings in a ledger.
func heldIn(t *testing.T, state string) (n int64) {
	t.Helper()
	db, err := postgres.Open(state)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), `SELECT COALESCE(SUM(LENGTH(listing)), 0) FROM documents`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
