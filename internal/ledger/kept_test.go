package ledger_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

func init() {
	suite["plans of many runs"] = testManyPlans
	suite["plans without room"] = testPlansWithoutRoom
	suite["plans of weekly runs"] = testWeeklyPlans
}

// A run's plan comes back as it was kept, whatever its size.
func testKeptPlans(t *testing.T, b *bench) {
	l := b.open().Ledger
	if run, body, err := l.KeptPlan(t.Context(), 0); run != 0 || body != nil || err != nil {
		t.Errorf("an empty ledger has a plan: %d, %d bytes, %v", run, len(body), err)
	}
	bodyOf := func(run int64) []byte { return bytes.Repeat([]byte{byte(run), 0, 0xff}, int(run)*400_000) }
	for run := int64(1); run <= 4; run++ {
		b.must(l.KeepPlan(t.Context(), b.begin(), bodyOf(run)))
	}
	for _, c := range []struct{ run, want int64 }{{0, 4}, {4, 4}, {1, 1}, {5, 0}} {
		run, body, err := l.KeptPlan(t.Context(), c.run)
		b.must(err)
		if c.want == 0 {
			if len(body) > 0 {
				t.Errorf("run %d has a plan, want none", c.run)
			}
			continue
		}
		if run != c.want || !bytes.Equal(body, bodyOf(c.want)) {
			t.Errorf("of run %d: got run %d, %d bytes", c.run, run, len(body))
		}
	}
	b.must(l.KeepPlan(t.Context(), 4, []byte("again")))
	if _, body, _ := l.KeptPlan(t.Context(), 4); string(body) != "again" {
		t.Errorf("got %d bytes of a plan that was kept again", len(body))
	}
}

// openWith opens the ledger with room for plans of so many bytes and runs.
func (b *bench) openWith(bytes int64, runs int) {
	b.Helper()
	o := ledger.Options{Command: "test", Now: func() time.Time { return b.now }}.WithRoom(bytes, runs)
	l, err := ledger.Open(b.Context(), b.dsn, o)
	b.must(err)
	b.Cleanup(func() { b.must(l.Close()) })
	b.Ledger = l
}

// daily makes eight runs a day, each with a plan of that size. The run at 3 in the morning sends ten targets, each other
// one or none.
func (b *bench) daily(runs, size int) {
	b.Helper()
	for range runs {
		b.now = b.now.Add(3 * time.Hour)
		run := b.begin()
		sent := int(run % 2)
		if b.now.Hour() == 3 {
			sent = 10
		}
		if sent > 0 {
			batch := b.batch()
			for i := range sent {
				batch.URLs = append(batch.URLs, fmt.Sprintf("%d-%d", run, i))
			}
			b.send(batch, slices.Repeat([]submitter.State{submitter.Accepted}, sent)...)
		}
		b.must(b.KeepPlan(b.Context(), run, make([]byte, size)))
	}
}

func (b *bench) wantPlans(want ...int64) {
	b.Helper()
	kept, err := b.KeptPlans(b.Context())
	b.must(err)
	if !slices.Equal(kept, want) {
		b.Errorf("the plans of %v are kept, want %v", kept, want)
	}
}

// All of two weeks are there, whatever their number, and none that is older.
func testManyPlans(t *testing.T, b *bench) {
	b.open()
	b.must(b.KeepPlan(t.Context(), b.begin(), []byte("the first")))
	b.daily(14*8, 9)
	var want []int64
	for run := int64(14*8 + 1); run > 0; run-- {
		want = append(want, run)
	}
	b.wantPlans(want...)
	b.daily(1, 9)
	b.wantPlans(append([]int64{14*8 + 2}, want[:14*8]...)...)
}

// Where there is no room, the runs that sent most of their day go last; the bound holds, but for a newest that is larger.
func testPlansWithoutRoom(t *testing.T, b *bench) {
	const size = 1000
	b.openWith(12*size, 1000)
	b.daily(12, size)
	b.wantPlans(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
	b.daily(36, size) // those of the night are 5, 13, 21 …, and of the first day, which began at noon, 1
	b.wantPlans(48, 47, 46, 45, 44, 43, 37, 29, 21, 13, 5, 1)

	b.must(b.Ledger.Close())
	b.openWith(3*size+size/2, 1000)
	b.daily(1, size)
	b.wantPlans(49, 45, 37)
	b.daily(1, 5*size)
	b.wantPlans(50)

	b.must(b.Ledger.Close())
	b.openWith(1<<30, 4)
	b.daily(6, size) // that of the night is 53, and of the day before 51
	b.wantPlans(56, 55, 53, 51)
	b.daily(2, size)
	b.wantPlans(58, 57, 53, 51)
}

// A job that runs once a week keeps its last seven.
func testWeeklyPlans(t *testing.T, b *bench) {
	b.open()
	for range 9 {
		b.now = b.now.Add(7 * 24 * time.Hour)
		b.must(b.KeepPlan(t.Context(), b.begin(), []byte("a week's")))
	}
	b.wantPlans(9, 8, 7, 6, 5, 4, 3)
}
