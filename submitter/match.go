package submitter

import "net/url"

// matcher finds the targets of a batch among the URLs that the service names. A service may write a URL otherwise than
// it was sent, percent-decoded, so what is equal but for that is the same when only one target is.
type matcher struct {
	exact map[string]int
	loose map[string]int // -1: more than one target
	// found has what was said of each target that was named, by its place.
	found map[int]string
}

func newMatcher(urls []string) *matcher {
	m := &matcher{exact: make(map[string]int, len(urls)), found: map[int]string{}}
	for i, u := range urls {
		m.exact[u] = i
	}
	return m
}

// match notes what is said of the URL, and returns the place of the target that it is; false when it is none's.
func (m *matcher) match(u, said string) (int, bool) {
	i, ok := m.exact[u]
	if !ok {
		i, ok = m.lookLoose(u)
	}
	if ok {
		m.found[i] = said
	}
	return i, ok
}

func (m *matcher) lookLoose(u string) (int, bool) {
	if m.loose == nil {
		m.loose = make(map[string]int, len(m.exact))
		for exact, i := range m.exact {
			key := decoded(exact)
			if _, twice := m.loose[key]; twice {
				i = -1
			}
			m.loose[key] = i
		}
	}
	i, ok := m.loose[decoded(u)]
	return i, ok && i >= 0
}

func decoded(u string) string {
	if d, err := url.PathUnescape(u); err == nil {
		return d
	}
	return u
}
