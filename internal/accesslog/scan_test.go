package accesslog

import (
	"bytes"
	"strings"
	"testing"
)

// TestIndexFrom compares with the standard library at every distance, with bytes around c that a trick with carries may
// take for it.
func TestIndexFrom(t *testing.T) {
	t.Parallel()
	for n := range 3 * nearby {
		for _, filler := range []string{"x", "!", "#", "\x00", "\xff", "\xa2"} {
			b := []byte(strings.Repeat(filler, n) + "\"!\"" + strings.Repeat(filler, n%20))
			for i := range n + 1 {
				if got, want := indexFrom(b, i, '"'), i+bytes.IndexByte(b[i:], '"'); got != want {
					t.Fatalf("%q from %d: got %d, want %d", b, i, got, want)
				}
			}
			if got := indexFrom(b, 0, 'Z'); got != -1 {
				t.Fatalf("%q: got %d for what is not there", b, got)
			}
		}
	}
}

func TestStartsWith(t *testing.T) {
	t.Parallel()
	text := []byte(`,"RequestUrlQueryString":"0123456789`)
	for n := range text {
		b := append([]byte("before"), text[:n]...)
		if !startsWith(b, 6, text[:n]) || startsWith(b, 6, text[:n+1]) {
			t.Errorf("wrong about the first %d bytes", n)
		}
		for i := range n {
			wrong := bytes.Clone(b)
			wrong[6+i]++
			if startsWith(wrong, 6, text[:n]) {
				t.Errorf("of %d bytes number %d differs, and it is not seen", n, i)
			}
		}
	}
}
