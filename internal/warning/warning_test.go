package warning_test

import (
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/warning"
)

func TestListIsBounded(t *testing.T) {
	t.Parallel()
	var l warning.List
	for i := range warning.Max + 7 {
		l.Addf(i+1, 0, "%s", strings.Repeat("x", 10_000))
	}
	all := l.All()
	if got, want := len(all), warning.Max+1; got != want {
		t.Fatalf("got %d warnings, want %d", got, want)
	}
	if got, want := all[warning.Max].Text, "7 more warnings are not shown"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := len(all[0].Text); got > 400 {
		t.Errorf("got a text of %d bytes, want it cut", got)
	}
	if got, want := l.Len(), warning.Max+7; got != want {
		t.Errorf("got Len %d, want %d", got, want)
	}
}
