package robots_test

import (
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/robots"
)

func FuzzParse(f *testing.F) {
	for _, q := range questions(f, "testdata/cases.jsonl") {
		f.Add([]byte(q.Robots), q.Agent, q.URL)
	}
	f.Fuzz(func(t *testing.T, body []byte, agent, url string) {
		r := robots.Parse(body)
		first := r.Allowed(agent, url)
		if again := robots.Parse(body).Allowed(agent, url); again != first {
			t.Errorf("got %t, then %t", first, again)
		}
		if d, _ := r.CrawlDelay(agent); d < 0 || d > robots.MaxCrawlDelay {
			t.Errorf("got a delay of %s", d)
		}
	})
}

// FuzzMatch holds the matcher against one that tries everything.
func FuzzMatch(f *testing.F) {
	for _, seed := range [][2]string{
		{"/a*b*c", "/axbyc"}, {"/*.php$", "/x.php.php"}, {"/ab*ba$", "/aba"}, {"/$", "/"}, {"*", "/x"}, {"/a**$", "/ab"},
		{"/*a*a*a*a*b", "/aaaaaaaaaaaa"}, {"/x$y", "/x$yz"}, {"$", "/"}, {"*$", "/"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		if len(pattern) > 60 || len(path) > 60 || !plain(pattern) || !plain(path) {
			t.Skip("outside of what the slow matcher reads")
		}
		path = "/" + path
		r := robots.Parse([]byte("User-agent: *\nDisallow: " + pattern + "\n"))
		if got, want := !r.Allowed("edgewarm", site+path), tryAll(pattern, path) && pattern != ""; got != want {
			t.Errorf("%q on %q: got %t, want %t", pattern, path, got, want)
		}
	})
}

// plain tells whether a string goes through parsing and escaping unchanged.
func plain(s string) bool {
	for _, c := range s {
		if c <= ' ' || c >= 0x7F || strings.ContainsRune("#%:;?", c) {
			return false
		}
	}
	return s != "robots.txt"
}

// tryAll matches by the definition: each star tries every length.
func tryAll(pattern, path string) bool {
	reach := map[int]bool{0: true}
	for i, c := range []byte(pattern) {
		next := map[int]bool{}
		for at := range reach {
			switch {
			case c == '*':
				for ; at <= len(path); at++ {
					next[at] = true
				}
			case c == '$' && i == len(pattern)-1:
				if at == len(path) {
					return true
				}
			case at < len(path) && path[at] == c:
				next[at+1] = true
			}
		}
		reach = next
	}
	return len(reach) > 0
}
