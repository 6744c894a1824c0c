package urlkey_test

import (
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

func TestExpiry(t *testing.T) {
	t.Parallel()
	const noon = "2026-01-02T12:00:00Z"
	for u, want := range map[string]string{
		"https://a/s.ts": "", "https://a/s.ts?x=1": "", "https://a/s.ts?exp=1767355200": "", // not signed
		"https://a/expires/token?sign=1":                                                     "",
		"https://a/s.ts?Expires=1767355200&Signature=a~b&Key-Pair-Id=K":                      noon,
		"https://a/s.ts?token=abc&expires=1767355200":                                        noon,
		"https://a/s.ts?token=abc&expires=17673552":                                          "",
		"https://a/s.ts?token=abc&expires=soon":                                              "",
		"https://a/s.ts?X-Amz-Date=20260102T110000Z&X-Amz-Expires=3600&X-Amz-Signature=ab":   noon,
		"https://a/s.ts?X-Goog-Expires=3600&X-Goog-Date=20260102T110000Z&X-Goog-Signature=a": noon,
		"https://a/s.ts?X-Amz-Expires=3600&X-Amz-Signature=ab":                               "",
		"https://a/s.ts?sv=2&se=2026-01-02T12%3A00%3A00Z&sig=ab":                             noon,
		"https://a/s.ts?hdnts=st=1~exp=1767355200~acl=/*~hmac=ab#x":                          noon,
		"https://a/s.ts?auth_key=1767355200-0-0-ab":                                          "",
	} {
		at, ok := urlkey.Expiry(u)
		got := ""
		if ok {
			got = at.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", u, got, want)
		}
	}
}
