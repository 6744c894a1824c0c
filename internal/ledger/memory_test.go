package ledger_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

func init() {
	suite["memory"] = testMemory
	suite["memory of a crawl that goes on"] = testMemoryGoesOn
	suite["memory is written in time"] = testMemoryInTime
	suite["memory lets go"] = testMemoryLetsGo
	suite["memory of many at once"] = testMemoryConcurrently
}

func (b *bench) memory() *ledger.Memory {
	b.Helper()
	m, err := b.Memory(b.Context())
	b.must(err)
	return m
}

// memo is of a document that was read at a time.
func memo(at time.Time, listing string) crawler.Memo {
	at = at.UTC()
	return crawler.Memo{Read: at, Asked: at, LastMod: at.Add(-time.Hour), Listing: []byte(listing)}
}

func (b *bench) recalled(m *ledger.Memory, url string, want crawler.Memo) {
	b.Helper()
	if diff := cmp.Diff(want, m.Recall(b.Context(), url)); diff != "" {
		b.Errorf("%s: %s", url, diff)
	}
}

func testMemory(t *testing.T, b *bench) {
	b.open()
	m := b.memory()
	b.recalled(m, "a", crawler.Memo{})
	first := memo(b.now, "listing")
	m.Remember(t.Context(), "a", first)
	m.Remember(t.Context(), "b", crawler.Memo{Asked: b.now}) // of which nothing was remembered
	b.must(m.Close(t.Context(), true))

	b.now = b.now.Add(time.Hour)
	m = b.memory()
	b.recalled(m, "a", first)
	b.recalled(m, "b", crawler.Memo{})
	unchanged := crawler.Memo{Read: first.Read, Asked: b.now.UTC(), LastMod: first.LastMod}
	m.Remember(t.Context(), "a", unchanged)
	b.must(m.Close(t.Context(), true))

	m = b.memory()
	unchanged.Listing = first.Listing
	b.recalled(m, "a", unchanged)
	changed := memo(b.now, "another")
	changed.LastMod = time.Time{}
	m.Remember(t.Context(), "a", changed)
	b.must(m.Close(t.Context(), true))

	m = b.memory()
	b.recalled(m, "a", changed)
	b.must(m.Close(t.Context(), true))
}

func testMemoryGoesOn(t *testing.T, b *bench) {
	b.open()
	m := b.memory()
	m.Remember(t.Context(), "old", memo(b.now, "1"))
	b.must(m.Close(t.Context(), false))

	b.now = b.now.Add(4 * time.Hour)
	m = b.memory()
	fresh := memo(b.now.Add(-4*time.Hour), "1")
	fresh.Fresh = true
	b.recalled(m, "old", fresh)
	m.Remember(t.Context(), "new", memo(b.now, "2"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b.must(m.Close(ctx, false)) // interrupted: what was remembered is written all the same

	b.now = b.now.Add(3 * time.Hour)
	m = b.memory()
	b.recalled(m, "old", memo(b.now.Add(-7*time.Hour), "1"))
	fresh = memo(b.now.Add(-3*time.Hour), "2")
	fresh.Fresh = true
	b.recalled(m, "new", fresh)
	b.must(m.Close(t.Context(), true))

	m = b.memory()
	b.recalled(m, "new", memo(b.now.Add(-3*time.Hour), "2"))
	b.must(m.Close(t.Context(), true))
}

func testMemoryInTime(t *testing.T, b *bench) {
	b.open()
	m := b.memory()
	m.Remember(t.Context(), "a", memo(b.now, "1"))
	b.recalled(m, "a", crawler.Memo{})
	b.now = b.now.Add(2 * time.Second)
	m.Remember(t.Context(), "b", memo(b.now, "2"))
	if m.Recall(t.Context(), "a").Listing == nil || m.Recall(t.Context(), "b").Listing == nil {
		t.Error("after two seconds they are not written")
	}
	for i := range 1000 {
		m.Remember(t.Context(), fmt.Sprint(i), memo(b.now, "3"))
	}
	if m.Recall(t.Context(), "511").Listing == nil {
		t.Error("many are not written")
	}
	m.Remember(t.Context(), "large", memo(b.now, string(make([]byte, crawler.MaxListing))))
	if got := len(m.Recall(t.Context(), "large").Listing); got != crawler.MaxListing {
		t.Errorf("a large one: got %d bytes", got)
	}
	b.must(m.Close(t.Context(), false))
}

func testMemoryLetsGo(t *testing.T, b *bench) {
	b.open()
	m := b.memory()
	m.Remember(t.Context(), "a", memo(b.now, "1"))
	m.Remember(t.Context(), "b", memo(b.now.Add(-29*24*time.Hour), "2"))
	b.must(m.Close(t.Context(), true))
	b.now = b.now.Add(2 * 24 * time.Hour)
	b.must(b.memory().Close(t.Context(), false))
	m = b.memory()
	if m.Recall(t.Context(), "b").Listing == nil {
		t.Error("a crawl that was broken off let go")
	}
	b.must(m.Close(t.Context(), true))
	m = b.memory()
	b.recalled(m, "b", crawler.Memo{})
	if m.Recall(t.Context(), "a").Listing == nil {
		t.Error("a is forgotten")
	}
	b.must(m.Close(t.Context(), true))
	var crawls int
	b.must(b.DB().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM crawls`).Scan(&crawls))
	if crawls != 1 {
		t.Errorf("got %d crawls, want the last one", crawls)
	}
}

func testMemoryConcurrently(t *testing.T, b *bench) {
	b.open()
	m := b.memory()
	begin := b.begin()
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := range 300 {
				m.Remember(t.Context(), fmt.Sprint(w, i), memo(b.now, "1"))
				m.Recall(t.Context(), fmt.Sprint(w, i/2))
			}
		})
	}
	wg.Wait()
	b.must(m.Close(t.Context(), true))
	b.must(b.EndRun(t.Context(), begin, 0, nil))
	m = b.memory()
	for w := range 8 {
		for i := range 300 {
			if m.Recall(t.Context(), fmt.Sprint(w, i)).Listing == nil {
				t.Fatalf("%d %d is not remembered", w, i)
			}
		}
	}
	b.must(m.Close(t.Context(), true))
}

// A disk that fails costs what was to be remembered, and is told at the end.
func TestFault96MemoryOnABrokenDisk(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	var fails atomic.Bool
	o := ledger.Options{}.WithConnector(func(c driver.Connector) driver.Connector {
		return &disk{Connector: c, commit: func(after bool) error {
			if fails.Load() && !after {
				return broken
			}
			return nil
		}}
	})
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "edgewarm.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, Ledger: l, now: noon}
	m := b.memory()
	fails.Store(true)
	m.Remember(t.Context(), "a", memo(noon, "1"))
	if err := m.Close(t.Context(), true); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	fails.Store(false)
	m = b.memory()
	b.recalled(m, "a", crawler.Memo{})
	b.must(m.Close(t.Context(), true))
	b.must(l.Close())
}
