package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
)

// coordinate is a coordinator with a ledger of its own, and the crawl that the ledger began.
func coordinate(t *testing.T) (*Coordinator, string, Crawl) {
	t.Helper()
	dsn := postgrestest.Schema(t)
	l, err := ledger.Open(t.Context(), dsn, ledger.Options{Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	memory, err := l.Memory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = memory.Close(context.Background(), false) })
	c, err := Coordinate(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	settings := Settings{}
	settings.Set("crawl.page_depth", 1)
	return c, dsn, Crawl{ID: memory.Crawl(), Version: "1", Settings: settings, Origins: []string{"https://a.example"}, Most: 1000, Room: 1 << 20}
}

// pages are pending documents, n of each kind.
func pages(n int) (all []crawler.Pending) {
	for i := range n {
		for _, kind := range []crawler.Kind{crawler.Sitemap, crawler.Page, crawler.Playlist} {
			all = append(all, crawler.Pending{Key: fmt.Sprint(kind, i), Kind: kind, Path: []byte(`{}`)})
		}
	}
	return all
}

func (c *Coordinator) must(t *testing.T, crawl Crawl, seeds []crawler.Pending) time.Time {
	t.Helper()
	began, err := c.Begin(t.Context(), crawl, seeds)
	if err != nil {
		t.Fatal(err)
	}
	return began
}

func one[T any](t *testing.T, c *Coordinator, text string, args ...any) (v T) {
	t.Helper()
	if err := c.pool.QueryRow(t.Context(), text, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// What a crawl begins with becomes jobs, once, however often it is begun; with other settings it begins anew.
func TestBegin(t *testing.T) {
	t.Parallel()
	c, dsn, crawl := coordinate(t)
	began := c.must(t, crawl, pages(60))
	p, err := c.Progress(t.Context(), crawl.ID)
	// 60 sitemaps; 60 pages, 50 a job; 60 playlists, 20 a job.
	if want := (Progress{Found: 180, Jobs: 60 + 2 + 3}); err != nil || p != want {
		t.Errorf("got %+v, %v, want %+v", p, err, want)
	}
	if again := c.must(t, crawl, pages(61)); !again.Equal(began) || one[int](t, c, `SELECT count(*) FROM river_job`) != 65+3 {
		t.Errorf("it began anew at %s, with %d jobs", again, one[int](t, c, `SELECT count(*) FROM river_job`))
	}
	crawl.Settings = Settings{"crawl.page_depth": "another"}
	if anew := c.must(t, crawl, pages(1)); anew.Equal(began) {
		t.Error("with other settings it went on")
	}
	if p, err := c.Progress(t.Context(), crawl.ID); err != nil || p.Found != 3 || one[int](t, c, `SELECT count(*) FROM river_job`) != 3 {
		t.Errorf("got %+v, %v, want the jobs of the new one only", p, err)
	}
	if err := c.End(t.Context(), crawl.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Progress(t.Context(), crawl.ID); !errors.Is(err, errEnded) {
		t.Errorf("got %v, want that it has ended", err)
	}
	if n := one[int](t, c, `SELECT (SELECT count(*) FROM river_job) + (SELECT count(*) FROM fleet_frontier)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if err := Prune(t.Context(), dsn); err != nil {
		t.Error(err)
	}
}

// A crawl that the ledger does not know any more is pruned; one that goes on is not.
func TestPrune(t *testing.T) {
	t.Parallel()
	c, dsn, crawl := coordinate(t)
	c.must(t, crawl, pages(2))
	for _, ended := range []bool{false, true} {
		if ended {
			if _, err := c.pool.Exec(t.Context(), `UPDATE crawls SET ended = 1`); err != nil {
				t.Fatal(err)
			}
		}
		if err := Prune(t.Context(), dsn); err != nil {
			t.Fatal(err)
		}
		if n := one[int](t, c, `SELECT count(*) FROM fleet_frontier`); (n == 0) != ended {
			t.Errorf("ended %t: %d documents are left", ended, n)
		}
	}
}

// No more documents are pending than a crawl may open.
func TestMost(t *testing.T) {
	t.Parallel()
	c, _, crawl := coordinate(t)
	crawl.Most = 10
	c.must(t, crawl, pages(20))
	if n := one[int](t, c, `SELECT count(*) FROM fleet_frontier`); n != 10 {
		t.Errorf("%d documents are pending, want 10", n)
	}
}

// Jobs that find the same documents at once make each of them pending once.
func TestFoundAtOnce(t *testing.T) {
	t.Parallel()
	c, _, crawl := coordinate(t)
	c.must(t, crawl, nil)
	f := &frontier{client: c.client, crawl: crawl.ID, queue: crawl.Settings.queue(crawl.Version), sizes: Sizes{Pages: 7, Playlists: 3}}
	const n, jobs = 50, 6
	var wg sync.WaitGroup
	var mu sync.Mutex
	total := int64(0)
	for i := range jobs {
		wg.Go(func() {
			all := append(pages(n), pages(n)...)
			if i%2 == 0 {
				slices.Reverse(all)
			}
			err := c.commit(t.Context(), "add to", func(tx postgres.Tx) error {
				added, err := f.add(t.Context(), tx, all, 1<<20)
				mu.Lock()
				defer mu.Unlock()
				total += added
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if total != 3*n {
		t.Errorf("%d documents were new, want %d", total, 3*n)
	}
	// Each job has as many documents as it says, and no batch is without a job.
	unequal := one[int](t, c, `SELECT count(*) FROM (SELECT batch, count(*) AS n FROM fleet_frontier GROUP BY batch) f
		FULL JOIN river_job j ON (j.args ->> 'batch')::bigint = f.batch
		WHERE f.n IS DISTINCT FROM (j.args ->> 'documents')::int`)
	if unequal != 0 {
		t.Errorf("%d batches are not those of jobs", unequal)
	}
}

// The jobs of a dead worker are done anew, until too many workers died over one.
func TestRescue(t *testing.T) {
	t.Parallel()
	c, _, crawl := coordinate(t)
	c.must(t, crawl, pages(1))
	for death := 1; death <= maxDeaths+1; death++ {
		_, err := c.pool.Exec(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(),
			attempted_by = '{ghost}' WHERE state = 'available'`)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Rescue(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := 3
		if death > maxDeaths {
			want = 0
		}
		if p, err := c.Progress(t.Context(), crawl.ID); err != nil || p.Jobs != want {
			t.Fatalf("after %d deaths: got %+v, %v, want %d jobs", death, p, err, want)
		}
	}
	failed, err := c.Failures(t.Context(), crawl.ID, 10)
	if err != nil || len(failed) != 3 || failed[0].Documents != 1 || failed[0].Reason != "its worker was not heard of for 6s" {
		t.Errorf("got %+v, %v, want that three jobs were given up", failed, err)
	}
}

// A job that was rescued, or whose crawl has ended, writes nothing.
func TestFence(t *testing.T) {
	t.Parallel()
	c, dsn, crawl := coordinate(t)
	c.must(t, crawl, pages(1)[:1])
	m := &member{Worker: &Worker{DSN: dsn}, pool: c.pool}
	p := &part{crawl: crawl.ID, frontier: &frontier{client: c.client, crawl: crawl.ID, queue: crawl.Settings.queue(crawl.Version)}}
	settled := func(f fence) error {
		d := &done{opened: 1, memos: []ledger.Noted{{URL: "https://a.example/", Memo: crawler.Memo{Asked: time.Now(), Listing: []byte("x")}}}, led: pages(3)}
		return m.within(t.Context(), f, func(tx postgres.Tx) error {
			return settle(t.Context(), tx, p, sitemapKind, d, func(postgres.Tx) error { return nil })
		})
	}
	ours := fence{id: one[int64](t, c, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{ghost,us}' RETURNING id`),
		attempt: 1, worker: "us"}
	for name, f := range map[string]fence{
		"of another":         {ours.id, 1, "ghost"},
		"of another attempt": {ours.id, 2, "us"},
		"gone":               {ours.id + 1000, 1, "us"},
	} {
		if err := settled(f); !errors.Is(err, errFenced) {
			t.Errorf("%s: got %v, want that it is fenced", name, err)
		}
	}
	if n := one[int](t, c, `SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM fleet_frontier)`); n != 1 {
		t.Errorf("%d rows, want that of the seed: something was written", n)
	}
	if err := settled(ours); err != nil {
		t.Errorf("our own: %v", err)
	}
	if n := one[int](t, c, `SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM fleet_frontier)`); n != 1+9 {
		t.Errorf("%d rows, want 8 documents that are new beside the seed, and what was remembered", n)
	}
	if err := c.Rescue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := settled(ours); !errors.Is(err, errFenced) {
		t.Errorf("rescued: got %v, want that it is fenced", err)
	}
}

// What is remembered in the place of something else takes no more room than it is longer.
func TestRememberedAgain(t *testing.T) {
	t.Parallel()
	c, _, crawl := coordinate(t)
	for _, remembered := range []struct {
		listing string
		want    int64
	}{{"0123456789", 10}, {"0123", -6}, {"", 0}} {
		err := c.commit(t.Context(), "remember", func(tx postgres.Tx) error {
			memo := crawler.Memo{Asked: time.Now()}
			if remembered.listing != "" {
				memo.Listing = []byte(remembered.listing)
			}
			grown, err := ledger.RememberIn(t.Context(), tx, crawl.ID, []ledger.Noted{{URL: "https://a.example/", Memo: memo}})
			if grown != remembered.want {
				t.Errorf("%q: it has grown by %d, want %d", remembered.listing, grown, remembered.want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A worker whose settings differ never sees the jobs, and knows which they are.
func TestSettings(t *testing.T) {
	t.Parallel()
	a, b := Settings{}, Settings{}
	for _, s := range []Settings{a, b} {
		s.Set("crawl.page_depth", 1)
		s.Set("crawl.headers", map[string]string{"Authorization": "canary"})
	}
	if a.queue("1") != b.queue("1") || a.queue("1") == a.queue("2") {
		t.Errorf("got the queues %s, %s, %s", a.queue("1"), b.queue("1"), a.queue("2"))
	}
	b.Set("crawl.page_depth", 2)
	b.Set("crawl.robots", "ignore")
	if diff := cmp.Diff([]string{"crawl.page_depth", "crawl.robots"}, a.differ(b)); diff != "" || a.queue("1") == b.queue("1") {
		t.Errorf("differ (-want +got):\n%s", diff)
	}
	if text := fmt.Sprint(a); len(a["crawl.headers"]) != 2*digestLength {
		t.Errorf("the settings tell %s", text)
	}
}

// Where nobody ever worked there is nothing to look at, and nothing is made.
func TestLookAtNothing(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Schema(t)
	s, err := Look(t.Context(), dsn)
	if s != nil || err != nil {
		t.Errorf("got %+v, %v, want nothing", s, err)
	}
	if err := Prune(t.Context(), dsn); err != nil {
		t.Error(err)
	}
}
