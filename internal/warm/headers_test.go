package warm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func TestFault35UnkeyedHeadersAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		headers map[string]string
		keyed   []string
		refused string
	}{
		"variants":          {headers: map[string]string{"Accept-Encoding": "br", "Origin": "https://www.example.com"}},
		"unkeyed":           {headers: map[string]string{"X-Device": "tv"}, refused: "X-Device is not part of a cache key"},
		"keyed by the zone": {headers: map[string]string{"X-Device": "tv"}, keyed: []string{"x-device"}},
		"of another site":   {headers: map[string]string{"X-Forwarded-Host": "evil.example"}, keyed: []string{"X-Forwarded-Host"}, refused: "X-Forwarded-Host"},
		"of one viewer":     {headers: map[string]string{"Cookie": "a=b"}, keyed: []string{"Cookie"}, refused: "Cookie"},
		"of one hop":        {headers: map[string]string{"Connection": "close"}, keyed: []string{"Connection"}, refused: "Connection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, edgeonetest.Options{}, films(), "/b/index.m3u8")
			w.config.Submit.Headers, w.config.Submit.KeyedHeaders = test.headers, test.keyed
			_, err := w.run(t, warm.RunOptions{})
			switch {
			case test.refused == "" && err != nil:
				t.Errorf("got %v", err)
			case test.refused != "" && (err == nil || !strings.Contains(err.Error(), test.refused) || !errors.Is(err, warm.ErrUsage)):
				t.Errorf("got %v, want it to name %q", err, test.refused)
			case test.refused != "" && w.sim.Summary().Requests != 0:
				t.Error("the service was asked all the same")
			}
		})
	}
}
