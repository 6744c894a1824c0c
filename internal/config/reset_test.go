package config_test

import (
	"testing"

	"github.com/edgewarm/edgewarm/internal/config"
)

func TestParseReset(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		hour int
		zone string
	}{
		"00:00 Asia/Shanghai": {0, "Asia/Shanghai"}, "16:00": {16, "UTC"}, " 08:00  Europe/Berlin ": {8, "Europe/Berlin"}, "23:00 UTC": {23, "UTC"},
	} {
		hour, zone, err := config.ParseReset(text)
		if err != nil || hour != want.hour || zone.String() != want.zone {
			t.Errorf("%q: got %d %v, %v", text, hour, zone, err)
		}
	}
	for _, text := range []string{"", "24:00", "0:00", "00:30", "midnight", "-1:00", "00:00 Mars", "00:00 Local", "00:00 ../etc"} {
		if hour, zone, err := config.ParseReset(text); err == nil {
			t.Errorf("%q: got %d %v", text, hour, zone)
		}
	}
}
