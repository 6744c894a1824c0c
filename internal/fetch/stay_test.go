package fetch

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A client that stays asks for nothing but what it is told, and says where it was sent.
func TestStay(t *testing.T) {
	t.Parallel()
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		http.Redirect(w, r, "/there", http.StatusFound)
	}))
	defer s.Close()
	c := &Client{PrivateNetworks: true, Stay: true}
	defer c.Close()
	_, err := c.Get(t.Context(), s.URL+"/here", nil)
	redirect, ok := errors.AsType[*RedirectError](err)
	if !ok || redirect.Chain[len(redirect.Chain)-1] != s.URL+"/there" {
		t.Errorf("got %v, want where it leads", err)
	}
	if len(asked) != 1 {
		t.Errorf("got requests for %v, want one", asked)
	}
}
