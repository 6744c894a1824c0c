package urlkey_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

var allForms = []urlkey.Form{
	{}, {SortQuery: true}, {MergeSlashes: true}, {AnyScheme: true}, {DefaultScheme: "http"},
	{AnyScheme: true, DefaultScheme: "https", SortQuery: true, MergeSlashes: true},
}

// checkNormal tells what is wrong with a URL that is said to be in the form f.
func checkNormal(t *testing.T, f urlkey.Form, u string) {
	t.Helper()
	if again, err := f.Normalize(u); again != u || err != nil {
		t.Errorf("%+v: %q again: got %q, %v", f, u, again, err)
	}
	if len(u) > urlkey.MaxLength {
		t.Errorf("%q: got %d bytes", u, len(u))
	}
	for i := range len(u) {
		if u[i] <= ' ' || u[i] >= 0x7f || strings.IndexByte("\"<>\\^`{|}#", u[i]) >= 0 {
			t.Fatalf("%q: byte %#x stands for itself", u, u[i])
		}
	}
	parsed, err := url.Parse(u)
	if err != nil {
		t.Errorf("net/url does not read it: %v", err)
	} else if parsed.User != nil || parsed.Fragment != "" || !f.AnyScheme && parsed.Hostname() != urlkey.Host(u) {
		t.Errorf("%q: net/url sees %+v, we see host %q", u, parsed, urlkey.Host(u))
	}
}

func FuzzNormalize(f *testing.F) {
	for _, c := range normals {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for _, form := range allForms {
			if got, err := form.Normalize(raw); err == nil {
				checkNormal(t, form, got)
				urlkey.Trap(got)
				urlkey.Shape(got)
			}
		}
		urlkey.Redact(raw)
		urlkey.Host(raw)
	})
}

func FuzzResolve(f *testing.F) {
	for _, c := range references {
		f.Add(document, c.ref)
	}
	f.Add("file:/a/b", "..//c")
	f.Fuzz(func(t *testing.T, base, ref string) {
		for _, form := range allForms {
			b, err := form.ParseBase(base)
			if err != nil {
				continue
			}
			got, err := b.Resolve(ref)
			appended, err2 := b.Append(nil, []byte(ref))
			if got != string(appended) || (err == nil) != (err2 == nil) {
				t.Errorf("Resolve has %q, %v, Append %q, %v", got, err, appended, err2)
			}
			if err == nil {
				checkNormal(t, form, got)
			}
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("https://u:canary@h/a?token=canary&x=1#sign=canary")
	f.Fuzz(func(t *testing.T, raw string) {
		if got := urlkey.Redact(urlkey.Redact(raw)); got != urlkey.Redact(raw) {
			t.Errorf("%q: masking twice gives %q", raw, got)
		}
	})
}
