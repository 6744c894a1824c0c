package submitter

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of the sister CDN's API; EdgeOne publishes none.
const (
	maxHeaders     = 20
	maxHeaderName  = 128
	maxHeaderValue = 1024
)

// ErrHeader is what CheckHeaders wraps: a header that must not go along with a prefetch.
var ErrHeader = errors.New("header is refused")

// refusedHeaders would fill the cache that all viewers share with an answer made for one (a cookie, a credential, a part
// of the object, another host), or belong to the connection and not to the object.
var refusedHeaders = map[string]string{
	"host": "it picks another site", "forwarded": "it picks another site", "x-host": "it picks another site",
	"x-original-url": "it picks another path", "x-rewrite-url": "it picks another path",
	"x-http-method-override": "it picks another method", "x-http-method": "it picks another method", "x-method-override": "it picks another method",
	"x-real-ip": "it pretends to be a viewer", "true-client-ip": "it pretends to be a viewer", "client-ip": "it pretends to be a viewer",
	"cookie": "it would cache one viewer's answer", "cookie2": "it would cache one viewer's answer", "set-cookie": "it would cache one viewer's answer",
	"authorization": "it would cache one viewer's answer", "proxy-authorization": "it would cache one viewer's answer", "x-auth-token": "it would cache one viewer's answer", "x-api-key": "it would cache one viewer's answer",
	"range": "it would cache a part", "if-range": "it would cache a part",
	"if-match": "it would cache no body", "if-none-match": "it would cache no body", "if-modified-since": "it would cache no body", "if-unmodified-since": "it would cache no body",
	"connection": "it is of one hop", "keep-alive": "it is of one hop", "proxy-connection": "it is of one hop", "proxy-authenticate": "it is of one hop",
	"te": "it is of one hop", "trailer": "it is of one hop", "transfer-encoding": "it is of one hop", "upgrade": "it is of one hop", "http2-settings": "it is of one hop",
	"content-length": "a prefetch has no body", "content-encoding": "a prefetch has no body", "content-type": "a prefetch has no body", "expect": "a prefetch has no body",
}

// refusedPrefixes are families of such headers.
var refusedPrefixes = map[string]string{
	"x-forwarded": "it picks another site", "x-original-": "it picks another site",
	"proxy-": "it is of one hop", "x-tc-": "it belongs to the API", "cf-": "it pretends to be an edge", "eo-": "it pretends to be an edge",
}

// keyedHeaders are those that a cache commonly tells variants apart by.
var keyedHeaders = []string{"accept", "accept-encoding", "accept-language", "origin", "referer", "user-agent",
	"access-control-request-headers", "access-control-request-method"}

// CheckHeaders says whether headers may go along with a prefetch: at most 20 of them, names of 128 bytes, values of 1024,
// in the characters of HTTP, and none that would poison the shared cache. Its error wraps ErrHeader and names the header.
func CheckHeaders(h map[string]string) error {
	if len(h) > maxHeaders {
		return fmt.Errorf("%w: %d of them, at most %d may be", ErrHeader, len(h), maxHeaders)
	}
	seen := make(map[string]bool, len(h))
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if err := checkHeader(name, h[name]); err != nil {
			return err
		}
		low := strings.ToLower(name)
		if seen[low] {
			return fmt.Errorf("%w: %q is given twice", ErrHeader, name)
		}
		seen[low] = true
	}
	return nil
}

func checkHeader(name, value string) error {
	switch {
	case len(name) > maxHeaderName:
		return fmt.Errorf("%w: the name %.20q… has %d bytes, at most %d may be", ErrHeader, name, len(name), maxHeaderName)
	case !isToken(name):
		return fmt.Errorf("%w: %q is no header name", ErrHeader, name)
	case len(value) > maxHeaderValue:
		return fmt.Errorf("%w: the value of %s has %d bytes, at most %d may be", ErrHeader, name, len(value), maxHeaderValue)
	case strings.ContainsFunc(value, isControl):
		return fmt.Errorf("%w: the value of %s holds a line break or a control character", ErrHeader, name)
	}
	low := strings.ToLower(name)
	if why, ok := refusedHeaders[low]; ok {
		return fmt.Errorf("%w: %s: %s", ErrHeader, name, why)
	}
	for prefix, why := range refusedPrefixes {
		if strings.HasPrefix(low, prefix) {
			return fmt.Errorf("%w: %s: %s", ErrHeader, name, why)
		}
	}
	return nil
}

// isToken is RFC 9110's token, which header names are.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f || r == utf8.RuneError }

// UnkeyedHeaders lists, in order, the names that caches do not commonly tell variants apart by. They are allowed, but
// what they change in the origin's answer is served to everybody unless the zone's cache key holds them: say so.
func UnkeyedHeaders(h map[string]string) []string {
	var out []string
	for name := range h {
		if !slices.Contains(keyedHeaders, strings.ToLower(name)) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
