package urlkey

import "strings"

// authority returns scheme and authority of u: all of u up to its path.
func authority(u string) string {
	i := strings.Index(u, "://")
	if i < 0 {
		return ""
	}
	if j := strings.IndexAny(u[i+3:], `/?#\`); j >= 0 {
		return u[:i+3+j]
	}
	return u
}

// Origin returns scheme, host and port of a URL in its normal form, "https://example.com:8443", and "" when there is
// no host.
func Origin(normal string) string { return authority(normal) }

// Host returns the lower-case host of a URL without its port, an IPv6 address without its brackets, and "" when there
// is none. The URL need not be normal.
func Host(u string) string {
	a := authority(u)
	if a == "" {
		return ""
	}
	a = a[strings.Index(a, "://")+3:]
	a = a[strings.LastIndexByte(a, '@')+1:]
	if strings.HasPrefix(a, "[") {
		a, _, _ = strings.Cut(a[1:], "]")
	} else if i := strings.LastIndexByte(a, ':'); i >= 0 {
		a = a[:i]
	}
	return strings.ToLower(a)
}
