package fetch_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/edgewarm/edgewarm/internal/fetch"
)

func via(t *testing.T, proxy string) func(*http.Request) (*url.URL, error) {
	t.Helper()
	u, err := url.Parse(proxy)
	if err != nil {
		t.Fatal(err)
	}
	return http.ProxyURL(u)
}

// It is not parallel, because it sets the environment.
func TestFault25ProxyOfTheEnvironment(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	_, err := read(t, (&fetch.Client{}).Hurry(), "http://10.1.2.3/")
	wantText(t, err, "10.1.2.3 is a private address (private)")
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "direct") })
	if got, err := read(t, open(t, &fetch.Client{}), url); got != "direct" {
		t.Errorf("got %q and %v, want no proxy", got, err)
	}
}

func TestFault25Proxy(t *testing.T) {
	t.Parallel()
	var asked atomic.Value
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.String() + " " + strings.Join(r.Header["Proxy-Authorization"], ","))
		_, _ = io.WriteString(w, "from the proxy")
	})
	w := &warnings{}
	// The address of the proxy is private; that of a name cannot be seen.
	c := (&fetch.Client{Proxy: via(t, proxy), Warn: w.add}).Hurry()
	t.Cleanup(c.Close)
	resp, err := c.Get(t.Context(), "http://site.test/a", http.Header{"Proxy-Authorization": {"Basic forged"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got, want := asked.Load(), "http://site.test/a "; got != want {
		t.Errorf("got %q at the proxy, want %q", got, want)
	}
	if !strings.Contains(w.String(), "private addresses are refused only where a URL spells them out") {
		t.Errorf("got warnings %q, want what the guard cannot do", w)
	}
	_, err = read(t, c, "http://192.168.1.1/")
	wantText(t, err, "private address")
}

func TestFault25ProxyRefuses(t *testing.T) {
	t.Parallel()
	var asked []string
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method)
		w.WriteHeader(http.StatusProxyAuthRequired)
	})
	c := (&fetch.Client{Proxy: via(t, proxy)}).Hurry()
	t.Cleanup(c.Close)
	_, err := read(t, c, "http://site.test/")
	wantText(t, err, "407 Proxy Authentication Required")
	_, err = read(t, c, "https://site.test/")
	wantText(t, err, "the proxy answers 407 Proxy Authentication Required")
	if _, ok := errors.AsType[*fetch.ProxyError](err); !ok {
		t.Errorf("got %v, want a ProxyError", err)
	}
	if want := []string{"GET", "CONNECT"}; !slices.Equal(asked, want) {
		t.Errorf("got %q at the proxy, want %q: it will not be different", asked, want)
	}
}
