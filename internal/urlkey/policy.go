package urlkey

import (
	"slices"
	"strings"
)

// Policy says which parameters of a query belong to the cache key. The zero value keeps all.
//
// A name that ends with "*" stands for every name that begins so: "utm_*". Names are told apart by case, as caches do.
type Policy struct {
	// Drop takes the whole query off.
	Drop bool
	// Keep names the only parameters that stay; empty means all.
	Keep []string
	// Strip names parameters that are taken off, after Keep.
	Strip []string
}

// Key returns the cache key of a URL in its normal form. What stays of a query keeps its order.
func (p Policy) Key(normal string) string {
	i := strings.IndexByte(normal, '?')
	if i < 0 || !p.Drop && len(p.Keep) == 0 && len(p.Strip) == 0 {
		return normal
	}
	if p.Drop {
		return normal[:i]
	}
	return p.filter(normal, i)
}

// filter writes a new URL only when a parameter has to go.
func (p Policy) filter(normal string, mark int) string {
	var kept []string
	dropped := false
	for param := range strings.SplitSeq(normal[mark+1:], "&") {
		name, _, _ := strings.Cut(param, "=")
		if len(p.Keep) > 0 && !matches(p.Keep, name) || matches(p.Strip, name) {
			dropped = true
		} else {
			kept = append(kept, param)
		}
	}
	switch {
	case !dropped:
		return normal
	case len(kept) == 0:
		return normal[:mark]
	}
	return normal[:mark+1] + strings.Join(kept, "&")
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if prefix, ok := strings.CutSuffix(p, "*"); ok {
			return strings.HasPrefix(name, prefix)
		}
		return p == name
	})
}
