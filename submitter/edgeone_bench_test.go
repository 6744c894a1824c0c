package submitter_test

import (
	"testing"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// BenchmarkEdgeOnePrefetch is one call with a full batch, the simulator's part included.
func BenchmarkEdgeOnePrefetch(b *testing.B) {
	o := edgeZone()
	o.Daily, o.MaxHistory = 1<<40, 1<<40
	e := inProcess(edgeonetest.New(o))
	batch := edgeBatch(1000)
	for b.Loop() {
		if _, err := e.Prefetch(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}
