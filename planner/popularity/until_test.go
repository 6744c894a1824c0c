package popularity_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// Without Until ages are taken from the newest request: an old log orders a plan as it would have on its last day.
func TestUntilIsTheNewestRequest(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]time.Time{
		"ten years ago": time.Now().AddDate(-10, 0, 0),
		"yesterday":     time.Now().AddDate(0, 0, -1),
	} {
		line := func(age time.Duration, path string) string {
			at := end.Add(-age).UTC().Format("02/Jan/2006:15:04:05 -0700")
			return fmt.Sprintf("192.0.2.1 - - [%s] \"GET %s HTTP/1.1\" 200 100 \"-\" \"Mozilla/5.0\"\n", at, path)
		}
		c := popularity.Counter{HalfLife: 24 * time.Hour}
		log := line(24*time.Hour, "/older") + line(48*time.Hour, "/old") + line(0, "/new")
		if _, err := c.Read(t.Context(), name, strings.NewReader(log)); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]float64{"/new": 1, "/older": 0.5, "/old": 0.25} {
			got := c.Demand("https://any.example" + path).Requests
			if math.Abs(got-want) > 1e-3 {
				t.Errorf("%s: %s: got %v requests, want %v", name, path, got, want)
			}
		}
	}
}
