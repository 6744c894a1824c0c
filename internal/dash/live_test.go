package dash_test

import (
	"testing"

	"github.com/edgewarm/edgewarm/internal/dash"
)

func TestIsLive(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`<?xml version="1.0"?><!-- x --><MPD type="dynamic"><Period/></MPD>`: true,
		`<MPD type='static'/>`:                false,
		`<MPD/>`:                              false,
		`<MPD><Period type="dynamic"/></MPD>`: false,
		`<MPD type="dynamic"`:                 false,
		``:                                    false,
	} {
		if got := dash.IsLive([]byte(body)); got != want {
			t.Errorf("%s: got %v, want %v", body, got, want)
		}
	}
}
