package page_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/edgewarm/edgewarm/internal/page"
)

var tags = []string{
	`<a>`, `<A HREF=x>`, `<a href="x" b='y' c = z d>`, `<br/>`, `<br />`, `<a b=/>`, `<a b= >`, `<a =x>`, `<a ==>`, `<a b/c=d/e>`,
	`<a "b">`, `<a b="c"d='e'>`, "<a\nb\n=\nc>", "<a b='\n'>", `<a b=c"d'>`, `<a b c b=2>`, `<a / / b>`, `<a b=">">`, `<a/b>`, `<a b=c&amp;d>`,
	"<a\rb\r=c>", "<a \x00=\x00>",
}

// Reading a tag in place gives what the tokenizer gives, but that it gives the first of equal attributes alone.
func sameTag(t *testing.T, tag string) {
	t.Helper()
	theirs, ours := html.NewTokenizer(strings.NewReader(tag)), html.NewTokenizer(strings.NewReader(tag))
	for {
		kind := theirs.Next()
		ours.Next()
		if kind == html.ErrorToken {
			return
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		want := theirs.Token()
		var wantPairs []string
		for _, a := range want.Attr {
			wantPairs = append(wantPairs, a.Key, a.Val)
		}
		name, pairs := page.ReadTag(ours)
		if pairs = firsts(pairs); name != want.Data || !slices.Equal(pairs, wantPairs) {
			t.Errorf("%q: got %q %q, want %q %q", tag, name, pairs, want.Data, wantPairs)
		}
	}
}

// firsts leaves the first of attributes that have one key.
func firsts(pairs []string) (out []string) {
	seen := make(map[string]bool)
	for i := 0; i < len(pairs); i += 2 {
		if !seen[pairs[i]] {
			seen[pairs[i]] = true
			out = append(out, pairs[i], pairs[i+1])
		}
	}
	return out
}

func TestReadTag(t *testing.T) {
	t.Parallel()
	for _, tag := range tags {
		sameTag(t, tag)
	}
}

func FuzzReadTag(f *testing.F) {
	for _, tag := range tags {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		if len(tag) < 1000 { // the limit of attributes is not the tokenizer's
			sameTag(t, tag)
		}
	})
}
