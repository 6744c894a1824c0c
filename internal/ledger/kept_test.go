package ledger_test

import (
	"bytes"
	"testing"
)

// A run's plan comes back as it was kept, whatever its size; those of the last seven runs are there.
func testKeptPlans(t *testing.T, b *bench) {
	l := b.open().Ledger
	if run, body, err := l.KeptPlan(t.Context(), 0); run != 0 || body != nil || err != nil {
		t.Errorf("an empty ledger has a plan: %d, %d bytes, %v", run, len(body), err)
	}
	bodyOf := func(run int64) []byte { return bytes.Repeat([]byte{byte(run), 0, 0xff}, int(run)*400_000) }
	for run := int64(1); run <= 9; run++ {
		if err := l.KeepPlan(t.Context(), run, bodyOf(run)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ run, want int64 }{{0, 9}, {9, 9}, {3, 3}, {2, 0}, {1, 0}, {10, 0}} {
		run, body, err := l.KeptPlan(t.Context(), c.run)
		if err != nil {
			t.Fatal(err)
		}
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
	if err := l.KeepPlan(t.Context(), 9, []byte("again")); err != nil {
		t.Fatal(err)
	}
	if _, body, _ := l.KeptPlan(t.Context(), 9); string(body) != "again" {
		t.Errorf("got %d bytes of a plan that was kept again", len(body))
	}
}
