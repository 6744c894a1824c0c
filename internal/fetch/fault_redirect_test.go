package fetch_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/edgewarm/edgewarm/internal/fetch"
)

// to redirects.
func to(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"] = []string{location}
		w.WriteHeader(http.StatusFound)
	}
}

func TestRedirectIsTheBase(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("/old", to("/a/../new/"))
	mux.Handle("/new/", to("master.m3u8#t=5"))
	mux.HandleFunc("/new/master.m3u8", func(w http.ResponseWriter, r *http.Request) {})
	url := serve(t, mux.ServeHTTP)
	resp, err := open(t, &fetch.Client{}).Get(t.Context(), url+"/old#top", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if want := url + "/new/master.m3u8"; resp.URL != want {
		t.Errorf("got %q, want %q", resp.URL, want)
	}
	if want := []string{url + "/old", url + "/new/"}; !slices.Equal(resp.Redirects, want) {
		t.Errorf("got redirects %q, want %q", resp.Redirects, want)
	}
}

func TestFault15RedirectLoop(t *testing.T) {
	t.Parallel()
	asked := 0
	var mu sync.Mutex
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked++
		n := asked
		mu.Unlock()
		switch r.URL.Path {
		case "/a":
			to("/b")(w, r)
		case "/b":
			to("/a")(w, r)
		case "/self":
			to("/self")(w, r)
		default:
			to(fmt.Sprintf("/hop/%d", n))(w, r)
		}
	})
	c := open(t, &fetch.Client{})
	for _, f := range []struct {
		path, want string
		chain      int
	}{
		{"/a", "redirects in a circle: " + url + "/a → " + url + "/b → " + url + "/a", 3},
		{"/self", "redirects in a circle", 2},
		{"/hop/0", "stopped after 10 redirects: " + url + "/hop/0 → ", 12},
	} {
		mu.Lock()
		asked = 0
		mu.Unlock()
		_, err := read(t, c, url+f.path)
		wantText(t, err, f.want)
		if e, ok := errors.AsType[*fetch.RedirectError](err); !ok || len(e.Chain) != f.chain {
			t.Errorf("%s: got %v, want a chain of %d", f.path, err, f.chain)
		}
		mu.Lock()
		if asked != f.chain-1 {
			t.Errorf("%s: got %d requests, want %d", f.path, asked, f.chain-1)
		}
		mu.Unlock()

		client := &http.Client{Transport: c.Transport(), CheckRedirect: c.CheckRedirect}
		resp, err := client.Get(url + f.path)
		if err == nil {
			_ = resp.Body.Close()
		}
		if _, ok := errors.AsType[*fetch.RedirectError](err); !ok {
			t.Errorf("%s: got %v from an http.Client, want a RedirectError", f.path, err)
		}
	}
}

func TestFault16RedirectToOtherSchemes(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"file:///etc/passwd":               `redirect to "file" is refused`,
		"ftp://example.com/":               `redirect to "ftp" is refused`,
		"data:text/plain,x":                `redirect to "data" is refused`,
		"javascript:alert(1)":              `redirect to "javascript" is refused`,
		"FILE:/etc/passwd":                 `redirect to "file" is refused`,
		"gopher://127.0.0.1:6379/_FLUSH":   `redirect to "gopher" is refused`,
		"":                                 "redirect without a Location",
		"http://[::1":                      "redirect to what is no URL",
		"http:///nohost":                   "no host",
		"/" + strings.Repeat("x", 9<<10):   "redirect to a URL longer than 8192 bytes",
		"http://169.254.169.254/meta-data": "169.254.169.254 is a private address (metadata service)",
	} {
		_, err := read(t, open(t, &fetch.Client{}), serve(t, to(location)))
		wantText(t, err, want)
	}
}

func TestFault17Downgrade(t *testing.T) {
	t.Parallel()
	var got http.Header
	var mu sync.Mutex
	plain := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		got = r.Header.Clone()
	})
	secure := httptest.NewTLSServer(to(plain))
	t.Cleanup(secure.Close)
	roots := secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs

	_, err := read(t, open(t, &fetch.Client{RootCAs: roots}), secure.URL)
	wantText(t, err, "redirect from https to http is refused")

	w := &warnings{}
	c := open(t, &fetch.Client{RootCAs: roots, Downgrade: true, Warn: w.add,
		Origins: []string{secure.URL}, Header: http.Header{"X-Token": {"secret"}}})
	if _, err := read(t, c, secure.URL); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if got.Get("X-Token") != "" {
		t.Error("got the credentials by http, want them dropped")
	}
	if !strings.Contains(w.String(), "redirects from https to http") {
		t.Errorf("got warnings %q, want one of the downgrade", w)
	}
}

// seen are the requests that a pair of hosts was sent, as "host path header".
type seen struct {
	mu   sync.Mutex
	list []string
}

func (s *seen) add(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent []string
	for _, name := range []string{"Authorization", "Cookie", "X-Api-Key", "Referer", "If-None-Match"} {
		if v := r.Header.Get(name); v != "" {
			sent = append(sent, name)
		}
	}
	host, _, _ := strings.Cut(r.Host, ":")
	s.list = append(s.list, fmt.Sprintf("%s%s %s", host, r.URL.Path, strings.Join(sent, " ")))
}

func (s *seen) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.list
	s.list = nil
	return list
}

// hop is a server that is 127.0.0.1 and also localhost, which for credentials are two hosts.
// /near goes to /end, /far to /end of the other host, /back there and back to /end.
func hop(t *testing.T, s *seen) (here, other string) {
	t.Helper()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		s.add(r)
		away := "http://localhost:" + r.Host[strings.LastIndexByte(r.Host, ':')+1:]
		home := strings.Replace(away, "localhost", "127.0.0.1", 1)
		switch r.URL.Path {
		case "/near":
			to("/end")(w, r)
		case "/far":
			to(away+"/end")(w, r)
		case "/back":
			to(away+"/return")(w, r)
		case "/return":
			to(home+"/end")(w, r)
		}
	})
	return url, strings.Replace(url, "127.0.0.1", "localhost", 1)
}

func TestFault18Credentials(t *testing.T) {
	t.Parallel()
	secrets := http.Header{"Authorization": {"Bearer secret"}, "Cookie": {"session=secret"}, "x-api-key": {"secret"}}
	given := secrets.Clone()
	given["If-None-Match"] = []string{`"v1"`}
	const all, own = "Authorization Cookie X-Api-Key", "Authorization Cookie X-Api-Key If-None-Match"
	for _, c := range []struct {
		name, path string
		origins    bool // the Client has them, instead of the request
		want       []string
	}{
		{"stays", "/near", false, []string{"127.0.0.1/near " + own, "127.0.0.1/end " + own}},
		{"leaves", "/far", false, []string{"127.0.0.1/far " + own, "localhost/end If-None-Match"}},
		{"comes back", "/back", false, []string{"127.0.0.1/back " + own, "localhost/return If-None-Match", "127.0.0.1/end If-None-Match"}},
		{"of the client, stays", "/near", true, []string{"127.0.0.1/near " + all, "127.0.0.1/end " + all}},
		{"of the client, leaves", "/far", true, []string{"127.0.0.1/far " + all, "localhost/end "}},
		{"of the client, comes back", "/back", true, []string{"127.0.0.1/back " + all, "localhost/return ", "127.0.0.1/end "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &seen{}
			here, _ := hop(t, s)
			client, h := &fetch.Client{}, given
			if c.origins {
				client, h = &fetch.Client{Header: secrets, Origins: []string{here}}, nil
			}
			open(t, client)

			resp, err := client.Get(t.Context(), here+c.path, h)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if got := s.take(); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}

			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, here+c.path, nil)
			for name, v := range h {
				req.Header[http.CanonicalHeaderKey(name)] = v
			}
			hc := &http.Client{Transport: client.Transport(), CheckRedirect: client.CheckRedirect}
			answer, err := hc.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			for i, got := range s.take() {
				if got = strings.Replace(got, " Referer", "", 1); !strings.HasPrefix(got, "localhost") && got != c.want[i] {
					t.Errorf("got %q by an http.Client, want %q", got, c.want[i])
				} else if strings.Contains(got, "localhost") && strings.ContainsAny(got, "ACX") {
					t.Errorf("got %q by an http.Client, want no credentials", got)
				}
			}
		})
	}
}

func TestFault18OriginsAreExact(t *testing.T) {
	t.Parallel()
	s := &seen{}
	here, other := hop(t, s)
	c := open(t, &fetch.Client{Header: http.Header{"X-Api-Key": {"secret"}}, Origins: []string{here}})
	for _, url := range []string{here, other} {
		if _, err := read(t, c, url+"/end"); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := s.take(), []string{"127.0.0.1/end X-Api-Key", "localhost/end "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
