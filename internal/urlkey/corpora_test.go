package urlkey_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

type corpusCase struct {
	ID, Input, Base, Expect string
}

func corpus(t *testing.T, name string) []corpusCase {
	t.Helper()
	dir := os.Getenv("EDGEWARM_CORPORA")
	if dir == "" {
		t.Skip("EDGEWARM_CORPORA is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, "url", name))
	if err != nil {
		t.Fatal(err)
	}
	var cases []corpusCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// refused are the cases that no form of ours answers as the corpus does.
var refused = map[string]string{
	// The corpus has "http:/" for a URL with slashes and no host. Nobody can fetch that: it is an error of the host.
	"norm/066": "no host",
	"norm/067": "no host",
}

// keptApart are the cases that the zero form refuses besides, because uniting them may change what a server answers,
// or because they are no URLs to fetch. Callers ask for each by a field of Form.
var keptApart = map[string]string{
	// An origin may map //a to another object than /a, and a cache keys them apart (MergeSlashes).
	"norm/056": "slashes", "norm/057": "slashes", "norm/058": "slashes", "norm/059": "slashes", "norm/060": "slashes", "norm/061": "slashes",
	// EdgeOne keys a query as it is written, so that sorting would warm an object nobody asks for (SortQuery).
	"norm/092": "order", "norm/093": "order", "norm/095": "order", "norm/096": "order", "norm/101": "order",
	"norm/102": "order", "norm/103": "order", "norm/104": "order", "norm/106": "order",
	// Likewise an empty parameter, or "b=" in place of "b" (SortQuery).
	"norm/099": "empty value", "norm/105": "empty parameter",
	// There is nothing to warm behind file and ftp (AnyScheme).
	"norm/064": "scheme", "norm/065": "scheme", "norm/087": "scheme", "norm/088": "scheme", "norm/090": "scheme", "norm/091": "scheme",
	// Taking "foo.com/index.html" for a host is right in a person's list, and wrong in a document (DefaultScheme).
	"norm/086": "relative",
}

func TestCorpusNormalize(t *testing.T) {
	t.Parallel()
	cases := corpus(t, "normalize.json")
	all := urlkey.Form{AnyScheme: true, DefaultScheme: "http", SortQuery: true, MergeSlashes: true}
	for _, form := range []struct {
		name    string
		form    urlkey.Form
		refuses func(id string) bool
		least   int
	}{
		{"every field of Form", all, func(id string) bool { return refused[id] != "" }, 105},
		{"zero Form", urlkey.Form{}, func(id string) bool { return refused[id]+keptApart[id] != "" }, 86},
	} {
		right := 0
		for _, c := range cases {
			got, err := form.form.Normalize(c.Input)
			switch {
			case got == c.Expect && !form.refuses(c.ID):
				right++
			case got == c.Expect:
				t.Errorf("%s: %s: right, but listed as refused", form.name, c.ID)
			case !form.refuses(c.ID):
				t.Errorf("%s: %s: %q: got %q, %v, want %q", form.name, c.ID, c.Input, got, err, c.Expect)
			}
		}
		t.Logf("%s: %d of %d", form.name, right, len(cases))
		if right < form.least {
			t.Errorf("%s: got %d, want at least %d", form.name, right, form.least)
		}
	}
}

// The corpus keeps fragments, userinfo and lower-case escapes, which say nothing about resolving: both sides are
// compared in the one normal form. One case has a base of the scheme file, which only AnyScheme lets in.
func TestCorpusResolve(t *testing.T) {
	t.Parallel()
	cases := corpus(t, "resolve.json")
	form := urlkey.Form{AnyScheme: true}
	right := 0
	for _, c := range cases {
		want, err := form.Normalize(c.Expect)
		if err != nil {
			t.Fatal(err)
		}
		got, err := resolve(form, c)
		if got != want || err != nil {
			t.Errorf("%s: %q + %q: got %q, %v, want %q", c.ID, c.Base, c.Input, got, err, want)
			continue
		}
		right++
	}
	t.Logf("%d of %d", right, len(cases))
}

func resolve(form urlkey.Form, c corpusCase) (string, error) {
	if c.Base == "" {
		return form.Normalize(c.Input)
	}
	b, err := form.ParseBase(c.Base)
	if err != nil {
		return "", err
	}
	return b.Resolve(c.Input)
}
