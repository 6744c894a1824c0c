package popularity

import (
	"fmt"
	"strings"
	"testing"
)

// A sieve never hides what was counted, and lets little else through.
func TestSieve(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&log, "%s://a.example/%d,1\n", [...]string{"https", "http"}[i%2], i)
	}
	c := &Counter{}
	if _, err := c.Read(t.Context(), "log", strings.NewReader(log.String())); err != nil {
		t.Fatal(err)
	}
	v, through := newSieve(&c.state.store), 0
	for i := range 10_000 {
		switch lacks := v.lacks(&c.state.store, fmt.Sprintf("a.example/%d", i)); {
		case i < 5000 && lacks:
			t.Fatalf("%d is hidden", i)
		case i >= 5000 && !lacks:
			through++
		}
	}
	if through > 5000/4 { // two in sixteen are expected at most
		t.Errorf("%d of 5000 that are absent are let through", through)
	}
}
