package sitemap_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/sitemap"
)

// TestLiveHeap reads 50,000 entries and looks at the heap in the middle of it: it must stay under 4 MiB.
// It runs alone, since whatever runs beside it has a heap too.
func TestLiveHeap(t *testing.T) {
	body := bytes.NewReader(gzipped(urlset(benchEntries)))
	before := liveHeap()
	var most int64
	n := 0
	_, err := sitemap.Parse(body, base, sitemap.Options{}, func(*sitemap.Entry) bool {
		if n++; n%5000 == 0 {
			most = max(most, liveHeap()-before)
		}
		return true
	})
	if err != nil || n != benchEntries {
		t.Fatalf("got %d entries, %v", n, err)
	}
	t.Logf("live heap while reading: %d KiB", most>>10)
	if most >= 4<<20 {
		t.Errorf("got a live heap of %d KiB, want under 4 MiB", most>>10)
	}
}

func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestAllocations counts what an entry costs: the string of its URL.
func TestAllocations(t *testing.T) {
	body := urlset(10_000)
	got := testing.AllocsPerRun(3, func() {
		sitemap.Parse(bytes.NewReader(body), base, sitemap.Options{}, func(*sitemap.Entry) bool { return true })
	})
	if got > 10_100 {
		t.Errorf("got %.0f allocations for 10,000 entries", got)
	}
}

// What is hostile must take time in proportion to its length, whatever it opens and never closes: searching for each end
// anew would take hours.
func TestHostileIsLinear(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"<!--", "<![CDATA[", "<?", "<!", "<a x=\"", "<url", "<url>", "<", "&", "<loc>", "<!DOCTYPE", "<url><loc><![CDATA[", "</", "<a b='>"} {
		body := "<urlset>" + strings.Repeat(unit, (4<<20)/len(unit))
		sitemap.Parse(strings.NewReader(body), base, sitemap.Options{}, func(*sitemap.Entry) bool { return true })
	}
}
