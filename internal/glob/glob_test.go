package glob_test

import (
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/glob"
)

var cases = []struct {
	pattern, s string
	want       bool
}{
	{"", "", true},
	{"", "a", false},
	{"*", "", true},
	{"*", "https://a/b", true},
	{"*/private/*", "https://a/private/b", true},
	{"*/private/*", "https://a/privates/b", false},
	{"https://a/*.ts", "https://a/x/y.ts", true},
	{"https://a/*.ts", "https://a/x/y.ts?q", false},
	{"a?c", "abc", true},
	{"a?c", "ac", false},
	{"a*b*c", "a-b-b-c", true},
	{"a*b*c", "a-b-b-", false},
	{"abc", "abcd", false},
	{"abc**", "abc", true},
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		if got := glob.Match(c.pattern, c.s); got != c.want {
			t.Errorf("Match(%q, %q): got %v, want %v", c.pattern, c.s, got, c.want)
		}
	}
}

// A pattern that blows up a backtracking matcher: with one it would take longer than the age of the universe.
func TestMatchIsBounded(t *testing.T) {
	t.Parallel()
	pattern := strings.Repeat("*a", 50) + "b"
	if glob.Match(pattern, strings.Repeat("a", 5000)) {
		t.Error("matched")
	}
}

func TestHost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, host string
		want          bool
	}{
		{"cdn.example.com", "cdn.example.com", true},
		{"CDN.example.com", "cdn.example.com", true},
		{"cdn.example.com", "x.cdn.example.com", false},
		{"*.example.com", "a.example.com", true},
		{"*.example.com", "a.b.example.com", true},
		{"*.example.com", "example.com", false},
		{"*.example.com", "badexample.com", false},
		{"*", "anything", true},
		{"*", "", false},
	} {
		if got := glob.Host(c.pattern, c.host); got != c.want {
			t.Errorf("Host(%q, %q): got %v, want %v", c.pattern, c.host, got, c.want)
		}
	}
}
