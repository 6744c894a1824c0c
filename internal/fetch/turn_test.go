package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// Each request, a retry and a redirect too, waits for the pace that is kept with others.
func TestPaceWithOthers(t *testing.T) {
	t.Parallel()
	fails := 1
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/":
			http.Redirect(w, r, "/there", http.StatusFound)
		case fails > 0:
			fails--
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer s.Close()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	c := &Client{PrivateNetworks: true, Rate: 1000, backoff: 1, Pace: func(_ context.Context, host string, perSecond float64) error {
		if perSecond != 1000 {
			t.Errorf("got %v requests a second, want those of the host", perSecond)
		}
		asked = append(asked, host)
		return nil
	}}
	defer c.Close()
	resp, err := c.Get(t.Context(), s.URL+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if len(asked) != 3 || asked[0] != u.Hostname() {
		t.Errorf("got %v, want the host for each of 3 requests", asked)
	}

	refused := errors.New("no pace")
	c = &Client{PrivateNetworks: true, Pace: func(context.Context, string, float64) error { return refused }}
	defer c.Close()
	if _, err := c.Get(t.Context(), s.URL+"/", nil); !errors.Is(err, refused) {
		t.Errorf("got %v, want the error of the pace", err)
	}
}
