package plain_test

import (
	"testing"

	"github.com/edgewarm/edgewarm/internal/plain"
)

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain é 漢":                      "plain é 漢",
		"\x1b[1;31mred\x1b[0m":           "red",
		"\x1b]8;;http://x\x1b\\link\x07": "link",
		"a\u202eb\u2066c\u200bd\ufeff":   "abcd",
		"a\tb\r\nc":                      "a b  c",
		"\u009b31mx\u0000":               "x",
	} {
		if got := plain.Text(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := plain.URL("https://x/a?sign=hush\u202e"); got != "https://x/a?sign=xxxxx" {
		t.Errorf("got %q", got)
	}
}
