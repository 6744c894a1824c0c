package page_test

import (
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/page"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body                   string
		playlist, base, robots bool
	}{
		{"", false, false, false},
		{"m3u8", true, false, false},
		{"x.M3u8?", true, false, false},
		{".mpd", true, false, false},
		{"a.MPD.", true, false, false},
		{"<BASE href>", false, true, false},
		{"a Robots b", false, false, true},
		{"ROBOTS", false, false, true},
		{"3u8 m3u m3u 8 mpd .mp <bas base robot obots 3pb<", false, false, false},
		{strings.Repeat("<p>3b", 1000) + "robots<base .mpd", true, true, true},
	} {
		playlist, base, robots := page.Words([]byte(c.body))
		if playlist != c.playlist || base != c.base || robots != c.robots {
			t.Errorf("%.40q: got %t %t %t", c.body, playlist, base, robots)
		}
	}
}
