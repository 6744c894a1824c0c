package config_test

import (
	"testing"

	"github.com/edgewarm/edgewarm/internal/config"
)

// FuzzParse looks for what makes the reader panic, or read something that it then calls invalid.
func FuzzParse(f *testing.F) {
	for _, c := range good {
		f.Add([]byte(c.yaml))
	}
	for _, c := range bad {
		if len(c.yaml) < 4096 { // the files beyond the limits only slow the search down
			f.Add([]byte(c.yaml))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("fuzz.yaml", data, nil)
		if (c == nil) == (err == nil) {
			t.Fatalf("got %v and %v", c, err)
		}
		if err != nil {
			_ = err.Error()
			return
		}
		if err := c.Validate(); err != nil {
			t.Errorf("read, but not valid: %v", err)
		}
	})
}
