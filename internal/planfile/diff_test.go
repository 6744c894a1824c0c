package planfile_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/planfile"
)

// plan is a plan of these URLs in order; -x is one that was left out over quota, x=7 one that was requested 7 times.
func plan(t *testing.T, urls ...string) *planfile.File {
	t.Helper()
	var text strings.Builder
	for i, url := range urls {
		if url, ok := strings.CutPrefix(url, "-"); ok {
			fmt.Fprintf(&text, `{"url":%q,"reason":"over_quota"}`+"\n", url)
			continue
		}
		url, requests, _ := strings.Cut(url, "=")
		fmt.Fprintf(&text, `{"rank":%d,"url":%q,"zone":"z","kind":"page","cost":1,"score":%d,"why":{"requests":%d%s},"state":"planned"}`+"\n\n",
			i+1, url, len(urls)-i, len(requests), strings.Repeat(" ", i))
	}
	f, err := planfile.Read(strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		a, b []string
		want string
	}{
		{"same", []string{"a", "b", "-c"}, []string{"a", "b"}, ""},
		{"empty", nil, nil, ""},
		{"one in front moves nobody", []string{"a", "b", "c"}, []string{"n", "a", "b", "c"}, "added n 0>1 "},
		{"one away moves nobody", []string{"a", "b", "c"}, []string{"b", "c"}, "removed a 1>0 "},
		{"the one that overtook", []string{"a", "b", "c", "d"}, []string{"d", "a", "b", "c"}, "moved d 4>1 "},
		{"the one that fell behind", []string{"a", "b", "c", "d"}, []string{"b", "c", "d", "a"}, "moved a 1>4 "},
		{"with the reasons", []string{"a", "b", "-c"}, []string{"a", "c", "-b"}, "added c 0>2 over_quota; removed b 2>0 over_quota"},
		{"all new", []string{"a"}, []string{"b"}, "added b 0>1 ; removed a 1>0 "},
	} {
		var got []string
		for _, d := range planfile.Diff(plan(t, c.a...), plan(t, c.b...)) {
			got = append(got, fmt.Sprintf("%s %s %d>%d %s", d.Change, d.URL, d.From, d.To, d.Reason))
		}
		if text := strings.Join(got, "; "); text != c.want {
			t.Errorf("%s: got %q, want %q", c.name, text, c.want)
		}
	}
}

func TestDiffTellsTheTerms(t *testing.T) {
	t.Parallel()
	got := planfile.Diff(plan(t, "a=1", "b=22"), plan(t, "b=7777", "a=1"))
	if len(got) != 1 || !reflect.DeepEqual(got[0].Why, map[string]planfile.Terms{"requests": {2, 4}}) || got[0].Scores != (planfile.Terms{1, 2}) {
		t.Errorf("got %+v", got)
	}
}

// Diff is right about what moved: whatever is left out of the changes is in the same order in both plans.
func FuzzDiff(f *testing.F) {
	f.Add("abcdef", "badcfe")
	f.Add("abc", "xcbay")
	f.Fuzz(func(t *testing.T, a, b string) {
		left, right := plan(t, distinct(a)...), plan(t, distinct(b)...)
		changed := map[string]planfile.Kind{}
		for _, c := range planfile.Diff(left, right) {
			changed[c.URL] = c.Change
		}
		if one, other := rest(left, changed), rest(right, changed); one != other {
			t.Errorf("%q and %q: what is left is %q and %q", a, b, one, other)
		}
	})
}

func distinct(s string) []string {
	var out []string
	for i, r := range s {
		if r >= 'a' && r <= 'z' && strings.IndexRune(s, r) == i {
			out = append(out, string(r))
		}
	}
	return out
}

func rest(f *planfile.File, changed map[string]planfile.Kind) string {
	var out strings.Builder
	for _, t := range f.Targets {
		if changed[t.URL] == "" {
			out.WriteString(t.URL)
		}
	}
	return out.String()
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for text, line := range map[string]int{
		"https://example.com/a\n":                        1,
		"{\"url\":\"a\"}\n{\"rank\":1}\n":                2,
		"{\"url\":\"a\"}\n\n{\"url\":\"a\"}\n":           3,
		"{\"url\":\"a\"}\n" + strings.Repeat("x", 2<<20): 2,
		"{\"url\":\"a\",\"rank\":\"first\"}\n":           1,
	} {
		_, err := planfile.Read(strings.NewReader(text))
		var wrong *planfile.Error
		if !errors.As(err, &wrong) || wrong.Line != line {
			t.Errorf("%.30q: got %v, want an error of line %d", text, err, line)
		}
	}
}
