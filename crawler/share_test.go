package crawler_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/crawler"
)

// shared crawls the site with several shares, each of which opens what of the frontier comes to hand, as workers do.
func (s *library) shared(t *testing.T, c crawler.Crawler, workers int, seed string) {
	t.Helper()
	c.PrivateNetworks, c.Rate = true, 1e6
	var shares []*crawler.Share
	for range workers {
		seeds := []string{s.URL + seed}
		if len(shares) > 0 {
			seeds = shares[0].Origins()
		}
		share := c.Share(seeds...)
		defer share.Close()
		shares = append(shares, share)
	}
	seen := map[string]bool{}
	var frontier []crawler.Pending
	admit := func(p crawler.Pending) {
		if !seen[p.Key] {
			seen[p.Key] = true
			frontier = append(frontier, p)
		}
	}
	for _, p := range shares[0].Seeds() {
		admit(p)
	}
	for n := 0; len(frontier) > 0; n++ {
		i := rand.IntN(len(frontier))
		p := frontier[i]
		frontier = append(frontier[:i], frontier[i+1:]...)
		for next, err := range shares[n%workers].Open(t.Context(), p) {
			if err != nil {
				t.Fatal(err)
			}
			admit(next)
		}
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]crawler.Crawler{
		"as it is":  {},
		"deeper":    {PageDepth: 3},
		"no pages":  {PageDepth: -1},
		"narrow":    {Exclude: []string{"*/v1*"}, PlaylistDepth: 1},
		"rewritten": {Rewrite: []crawler.Rewrite{{From: "http://", To: "https://"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			documents := titles(20)
			documents["/t3"] = "-> /t4"
			documents["/v5/v.m3u8"] = "<html>not there</html>"
			documents["/v6/v.m3u8"] = "-> /gone.m3u8"
			s := newLibrary(t, documents)
			want := s.crawl(t, c, "$/")
			all := s.take()

			m := newMemory()
			c.Memory = m
			s.shared(t, c, 3, "/")
			if diff := cmp.Diff(all, s.take()); diff != "" {
				t.Error("shared, it asked for something else:", diff)
			}
			m.fresh = true
			s.crawl(t, c, "$/").equal(t, "from what was shared", want)
			if diff := cmp.Diff(map[string]int{}, s.take()); diff != "" {
				t.Error("from what was shared it asked again:", diff)
			}
			// What a share remembers beside is of no use to the next crawl.
			m.fresh = false
			s.crawl(t, c, "$/").equal(t, "the next crawl", want)
			if again := statuses(s.take()); again["404"] != statuses(all)["404"] {
				t.Errorf("the next crawl: got %v, want what failed to be asked for again: %v", again, statuses(all))
			}
		})
	}
}

// A share that is stopped leaves nothing behind but what it has opened: the crawl is the same.
func TestShareThatIsCutShort(t *testing.T) {
	t.Parallel()
	s := newLibrary(t, titles(20))
	want := s.crawl(t, crawler.Crawler{}, "$/")
	m := newMemory()
	c := crawler.Crawler{Memory: m, PrivateNetworks: true, Rate: 1e6}
	share := c.Share(s.URL + "/")
	defer share.Close()
	pending := share.Seeds()
	for n := range 6 {
		var next []crawler.Pending
		ctx, cancel := context.WithCancelCause(t.Context())
		for p, err := range share.Open(ctx, pending[0]) {
			if err != nil {
				if !errors.Is(err, errStopped) {
					t.Error(err)
				}
				break
			}
			if next = append(next, p); len(next) == n {
				cancel(errStopped)
			}
			if len(next) > n+1 {
				break
			}
		}
		cancel(nil)
		if pending = append(pending[1:], next...); len(pending) == 0 {
			break
		}
	}
	m.fresh = true
	s.crawl(t, c, "$/").equal(t, "after it was cut short", want)
}

var errStopped = errors.New("stopped")

func TestShareRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		memory crawler.Memory
		path   string
	}{
		"without a memory": {nil, "{}"},
		"another path":     {newMemory(), "[]"},
	} {
		share := (&crawler.Crawler{Memory: c.memory}).Share("https://www.example.com/")
		var got error
		for _, err := range share.Open(t.Context(), crawler.Pending{Path: []byte(c.path)}) {
			got = err
		}
		share.Close()
		if got == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
