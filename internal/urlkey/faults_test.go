package urlkey_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// The spellings of an address must not hide which one it is from those who guard it.
func TestFault29SpellingsOfLoopback(t *testing.T) {
	t.Parallel()
	for _, u := range []string{
		"http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://0177.1/", "http://127.0.0.1./",
		"http://%31%32%37.0.0.1/", "http://①②⑦.0.0.1/", "http:/127.1", `http:\\127.1`,
	} {
		if got, err := urlkey.Normalize(u); got != "http://127.0.0.1/" {
			t.Errorf("%s: got %q, %v", u, got, err)
		}
	}
	for in, want := range map[string]string{
		"http://[::ffff:7f00:1]/":     "http://[::ffff:127.0.0.1]/",
		"http://[64:FF9B::7f00:0001]": "http://[64:ff9b::7f00:1]/",
		"http://LOCALHOST./":          "http://localhost/",
	} {
		if got, err := urlkey.Normalize(in); got != want {
			t.Errorf("%s: got %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestFault30PortsStay(t *testing.T) {
	t.Parallel()
	if got, _ := urlkey.Normalize("https://h.example:6379/"); got != "https://h.example:6379/" {
		t.Errorf("got %q", got)
	}
}

func TestFault31Userinfo(t *testing.T) {
	t.Parallel()
	for _, u := range []string{"https://u:p@h.example/", "https://u@h.example/", "https://a@b:c@h.example/", `https:\\u:p@h.example/`} {
		if got, err := urlkey.Normalize(u); got != "https://h.example/" {
			t.Errorf("%s: got %q, %v", u, got, err)
		}
		if got := urlkey.Redact(u); strings.Contains(got, ":p@") {
			t.Errorf("Redact(%s): got %q", u, got)
		}
	}
}

func TestFault32SignedURLs(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://h/a.m3u8?sign=17-abc&t=9":               "https://h/a.m3u8?sign=xxxxx&t=9",
		"https://h/a?X-Amz-Signature=f00&X-Amz-Date=2":   "https://h/a?X-Amz-Signature=xxxxx&X-Amz-Date=2",
		"https://h/a?x=1&auth_key=1-0-0-abc":             "https://h/a?x=1&auth_key=xxxxx",
		"https://h/a?token=a=b#access_token=c&x":         "https://h/a?token=xxxxx#access_token=xxxxx&x",
		"https://h/a?txSecret=1&txTime=2;key=3":          "https://h/a?txSecret=xxxxx&txTime=2;key=xxxxx",
		"https://u:p@h/a?design=blue&keyword=x&monkey=1": "https://xxxxx@h/a?design=blue&keyword=x&monkey=1",
		"https://h/a?token=&token":                       "https://h/a?token=&token",
		"?sig=x":                                         "?sig=xxxxx",
		"https://h/a":                                    "https://h/a",
		"":                                               "",
	} {
		if got := urlkey.Redact(in); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
		if n, err := urlkey.Normalize(in); err == nil && strings.Contains(in, "sign=17") && !strings.Contains(n, "sign=17-abc") {
			t.Errorf("%s: the signature is part of the key, got %q", in, n)
		}
	}
}

func TestFault36LineEndsAndNUL(t *testing.T) {
	t.Parallel()
	b, _ := urlkey.ParseBase("https://h.example/")
	for _, ref := range []string{"a\r\nX: y", "a\nb", "a\rb", "a\x00b", "https://h.example/a\nb", "//h\r\n.example/"} {
		if got, err := b.Resolve(ref); !errors.Is(err, urlkey.ErrControl) {
			t.Errorf("%q: got %q, %v", ref, got, err)
		}
	}
	if got, err := b.Resolve("a%0D%0Ab%00"); got != "https://h.example/a%0D%0Ab%00" || err != nil {
		t.Errorf("escaped: got %q, %v", got, err)
	}
}

func TestFault64OneEntryForOneURL(t *testing.T) {
	t.Parallel()
	const want = "https://h.example/~u/b?z=1&a=2"
	for _, u := range []string{
		want, "HTTPS://H.EXAMPLE/~u/b?z=1&a=2", "https://h.example:443/%7Eu/b?z=1&a=2#x", "https://h.example/%7eu/./c/../b?z=1&a=2",
	} {
		if got, err := urlkey.Normalize(u); got != want {
			t.Errorf("%s: got %q, %v, want %q", u, got, err, want)
		}
	}
}

func TestFault65WhatIsNoURL(t *testing.T) {
	t.Parallel()
	long := "https://h.example/" + strings.Repeat("x", 100_000)
	growing := "https://h.example/" + strings.Repeat("é", urlkey.MaxLength/2-20)
	longData := "data:image/png;base64," + strings.Repeat("A", 100_000)
	for _, c := range []struct {
		in  string
		err error
	}{
		{long, urlkey.ErrTooLong}, {growing, urlkey.ErrTooLong}, {longData, urlkey.ErrScheme},
		{"mailto:a@b", urlkey.ErrScheme}, {"javascript:void(0)", urlkey.ErrScheme}, {"", urlkey.ErrEmpty}, {" \n", urlkey.ErrEmpty},
	} {
		if got, err := urlkey.Normalize(c.in); !errors.Is(err, c.err) {
			t.Errorf("%.40q: got %.40q, %v, want %v", c.in, got, err, c.err)
		}
	}
	b, _ := urlkey.ParseBase("https://h.example/" + strings.Repeat("d/", 1000))
	if _, err := b.Resolve(strings.Repeat("x", urlkey.MaxLength-100)); !errors.Is(err, urlkey.ErrTooLong) {
		t.Errorf("joined: got %v", err)
	}
}

func TestFault81Traps(t *testing.T) {
	t.Parallel()
	const h = "https://h.example"
	for _, c := range []struct {
		path string
		trap bool
	}{
		{"/", false}, {"", false}, {"/a/b/c?x=/a/a/a/a/", false}, {"/a/a/b", false}, {"/a/b/a/b/c", false},
		{"/a/a/a", true}, {"/x/a/a/a/y", true}, {"/a/b/a/b/a/b", true}, {"/a/b/c/a/b/c/a/b/c/", true},
		{"/2011/11/11/11/post", false}, {"/a/b/a/c/a/d", false},
		{"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/", false},
		{strings.Repeat("/s", 2) + strings.Repeat("/t/u", 1) + "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", false},
		{"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21", true},
	} {
		if got := urlkey.Trap(h + c.path); (got != "") != c.trap {
			t.Errorf("%s: got %q, want a trap: %v", c.path, got, c.trap)
		}
	}
}

func TestFault81Shapes(t *testing.T) {
	t.Parallel()
	for _, group := range [][]string{
		{"https://h/cal/2024/01?day=1&view=m", "https://h/cal/1999/12?view=w&day=30", "https://h/cal/3/4?view=w&day=3&day=4"},
		{"https://h1:80/page-1", "https://h1:80/page-22"},
		{"https://h/x", "https://h/x"},
		{"https://h/a;jsessionid=0AAB2E4C6D8F1A3B5C7D9E0F1A2B3C4D", "https://h/a;jsessionid=FFAB2E4C6D8F1A3B5C7D9E0F1A2B3C4E"},
		{"https://h/(S(lit3py55t21z5v55vlm25s55))/a", "https://h/(S(q1w2e3r4t5y6u7i8o9p0aabb))/a"},
		{"https://h/v/123e4567-e89b-12d3-a456-426614174000", "https://h/v/00000000-aaaa-4bbb-8ccc-0123456789ab"},
	} {
		for _, u := range group {
			if got, want := urlkey.Shape(u), urlkey.Shape(group[0]); got != want {
				t.Errorf("%s: got %q, want %q", u, got, want)
			}
		}
	}
	if got, want := urlkey.Shape("https://h2/cal/2024?b=1&a"), "https://h2/cal/0?a&b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, u := range []string{"https://h/how-to-make-bread-in-10-minutes", "https://h/internationalization/", "https://h/aabbccddeeffaabbccdd"} {
		if got := urlkey.Shape(u); strings.Contains(got, "/0") {
			t.Errorf("%s: got %q, want its words", u, got)
		}
	}
	permuted := urlkey.Form{SortQuery: true}
	a, _ := permuted.Normalize("https://h/?sort=x&page=1")
	b, _ := permuted.Normalize("https://h/?page=1&sort=x")
	if a != b {
		t.Errorf("permutations: got %q and %q", a, b)
	}
}
