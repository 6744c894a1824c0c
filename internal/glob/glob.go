// Package glob matches URLs and hosts against the patterns of the config.
package glob

import "strings"

// Match reports whether all of s is matched by pattern, in which * stands for any run of characters, slashes included,
// and ? for any one byte. Its time is at most len(pattern) × len(s), whatever the pattern: only the last * is ever
// taken back.
func Match(pattern, s string) bool {
	p, i := 0, 0
	star, mark := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// Any reports whether one of the patterns matches s.
func Any(patterns []string, s string) bool {
	for _, p := range patterns {
		if Match(p, s) {
			return true
		}
	}
	return false
}

// Host reports whether host, in lower case and without a port, is pattern or, for a pattern like *.example.com, a
// subdomain of it at any depth. A lone * is every host.
func Host(pattern, host string) bool {
	pattern = strings.ToLower(pattern)
	if pattern == "*" {
		return host != ""
	}
	if suffix, ok := strings.CutPrefix(pattern, "*"); ok && strings.HasPrefix(suffix, ".") {
		return len(host) > len(suffix) && strings.HasSuffix(host, suffix)
	}
	return pattern == host
}
