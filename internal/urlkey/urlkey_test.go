package urlkey_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	for _, c := range normals {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := urlkey.Normalize(c.in)
			if got != c.want || !errors.Is(err, c.err) {
				t.Fatalf("got %q, %v, want %q, %v", got, err, c.want, c.err)
			}
			if err != nil {
				return
			}
			if again, err := urlkey.Normalize(got); again != got || err != nil {
				t.Errorf("again: got %q, %v", again, err)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	b, err := urlkey.ParseBase(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range references {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := b.Resolve(c.ref)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %q, %v, want %q, %v", got, err, c.want, c.err)
			}
			appended, err := b.Append([]byte("x"), []byte(c.ref))
			if string(appended) != "x"+c.want || !errors.Is(err, c.err) {
				t.Errorf("Append: got %q, %v, want %q, %v", appended, err, c.want, c.err)
			}
		})
	}
}

func TestErrorIsTypedAndKeepsNoSecret(t *testing.T) {
	t.Parallel()
	_, err := urlkey.Normalize("ftp://u:hunter2@h/x?token=hunter2" + strings.Repeat("y", 10_000))
	var e *urlkey.Error
	if !errors.As(err, &e) || !errors.Is(err, urlkey.ErrScheme) {
		t.Fatalf("got %v, want an *Error for the scheme", err)
	}
	if s := err.Error(); strings.Contains(s, "hunter2") || len(s) > 400 {
		t.Errorf("got %q", s)
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		form     urlkey.Form
		in, want string
		err      error
	}{
		{"sorted query", urlkey.Form{SortQuery: true}, "http://h/?b=&a=1&&=2", "http://h/?a=1&b", nil},
		{"sorted to nothing", urlkey.Form{SortQuery: true}, "http://h/?&=2", "http://h/", nil},
		{"one slash", urlkey.Form{MergeSlashes: true}, "http://h//a///b//", "http://h/a/b/", nil},
		{"object store", urlkey.Form{AnyScheme: true}, "s3://bucket/a b/../c", "s3://bucket/c", nil},
		{"opaque", urlkey.Form{AnyScheme: true}, "mailto:a@b", "", urlkey.ErrScheme},
		{"no host grows out of a path", urlkey.Form{AnyScheme: true}, "file:/a/..//etc/x", "file:/etc/x", nil},
		{"default scheme", urlkey.Form{DefaultScheme: "https"}, "example.com", "https://example.com/", nil},
		{"default scheme with port", urlkey.Form{DefaultScheme: "https"}, "localhost:8080/x", "https://localhost:8080/x", nil},
		{"default scheme, two slashes", urlkey.Form{DefaultScheme: "https"}, "//example.com/x", "https://example.com/x", nil},
		{"default scheme not needed", urlkey.Form{DefaultScheme: "https"}, "http://example.com/x", "http://example.com/x", nil},
		{"default scheme, no URL", urlkey.Form{DefaultScheme: "https"}, "/x", "", urlkey.ErrRelative},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.form.Normalize(c.in)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %q, %v, want %q, %v", got, err, c.want, c.err)
			}
		})
	}
}

func TestHostAndOrigin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, host, origin string }{
		{"https://a.example/x", "a.example", "https://a.example"},
		{"https://A.example:8443?x", "a.example", "https://A.example:8443"},
		{"http://u:p@a.example:80/@", "a.example", "http://u:p@a.example:80"},
		{"http://[::1]:80/", "::1", "http://[::1]:80"},
		{"nothing", "", ""},
	} {
		if got := urlkey.Host(c.in); got != c.host {
			t.Errorf("Host(%q): got %q, want %q", c.in, got, c.host)
		}
		if got := urlkey.Origin(c.in); got != c.origin {
			t.Errorf("Origin(%q): got %q, want %q", c.in, got, c.origin)
		}
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	const u = "https://h/a?b=1&utm_source=x&sign=abc&B=2&flag"
	for _, c := range []struct {
		name   string
		policy urlkey.Policy
		want   string
	}{
		{"zero keeps all", urlkey.Policy{}, u},
		{"drop", urlkey.Policy{Drop: true}, "https://h/a"},
		{"keep", urlkey.Policy{Keep: []string{"b", "flag"}}, "https://h/a?b=1&flag"},
		{"keep none there", urlkey.Policy{Keep: []string{"z"}}, "https://h/a"},
		{"strip", urlkey.Policy{Strip: []string{"utm_*", "sign"}}, "https://h/a?b=1&B=2&flag"},
		{"strip none there", urlkey.Policy{Strip: []string{"z"}}, u},
		{"both", urlkey.Policy{Keep: []string{"b*"}, Strip: []string{"b"}}, "https://h/a"},
	} {
		if got := c.policy.Key(u); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := (urlkey.Policy{Drop: true}).Key("https://h/a"); got != "https://h/a" {
		t.Errorf("no query: got %q", got)
	}
}
