package popularity

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"iter"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/planner"
)

// Demand returns what was counted for a URL in its normal form; zero when nothing was. It does not allocate under a
// zero Policy.
//
// Lines without a scheme count for http and https alike, those without a host for any. Lines with a scheme count for
// that scheme, and for the other one as long as the log has nothing of it: a server behind a CDN often sees http where
// people have https.
func (c *Counter) Demand(url string) planner.Demand {
	if c.state == nil {
		return planner.Demand{}
	}
	class, key := split(c.Policy.Key(url))
	if class == pathOnly {
		return planner.Demand{}
	}
	return c.state.demand(class, key)
}

func (s *store) demand(scheme class, key string) planner.Demand {
	var d planner.Demand
	if s.present[anyScheme]+s.present[secure]+s.present[plain] > 0 {
		hash := maphash.String(s.seed, key)
		if s.present[anyScheme] > 0 {
			s.collect(&d, hash^tags[anyScheme])
		}
		if s.present[scheme] == 0 || !s.collect(&d, hash^tags[scheme]) {
			if other := secure + plain - scheme; s.present[other] > 0 {
				s.collect(&d, hash^tags[other])
			}
		}
	}
	if s.present[pathOnly] > 0 {
		if i := strings.IndexByte(key, '/'); i >= 0 {
			s.collect(&d, maphash.String(s.seed, key[i:])^tags[pathOnly])
		}
	}
	return d
}

// collect adds what the entry of a hash has, if there is one.
func (s *store) collect(d *planner.Demand, hash uint64) bool {
	i, ok := s.table.find(hash)
	if ok {
		e := s.entry(i)
		d.Requests += e.requests * s.scale
		d.Misses += e.misses * s.scale
		d.Bytes += e.bytes * s.scale
	}
	return ok
}

// ErrorBound is by how many requests, at most, any URL's count is too low, and how many a URL may have had that is not
// in All. It is 0 as long as Memory holds every URL, and never more than twice the requests that were counted, divided
// by the URLs that fit into Memory.
func (c *Counter) ErrorBound() float64 {
	if c.state == nil {
		return 0
	}
	return c.state.lost * c.state.scale
}

// Len is the number of keys that are held.
func (c *Counter) Len() int {
	if c.state == nil {
		return 0
	}
	return c.state.size
}

// All yields every URL with its demand, the most requested first, then in order of URL. A URL of a log without schemes
// is given as https, one of a log without hosts as its path.
func (c *Counter) All() iter.Seq2[string, planner.Demand] {
	return func(yield func(string, planner.Demand) bool) {
		if c.state == nil {
			return
		}
		s := &c.state.store
		for _, o := range s.ordered() {
			e := s.entry(o.entry)
			if !yield(s.url(e), s.whole(e)) {
				return
			}
		}
	}
}

// ordinal is an entry in its place.
type ordinal struct {
	requests float64
	entry    uint32
}

func (s *store) ordered() []ordinal {
	list := make([]ordinal, 0, s.size)
	for i := range uint32(s.size) {
		e := s.entry(i)
		if e.class == secure && s.twin(e, anyScheme) != nil {
			continue // it is given with its twin
		}
		list = append(list, ordinal{s.whole(e).Requests, i})
	}
	slices.SortFunc(list, func(a, b ordinal) int {
		if a.requests != b.requests {
			return cmp.Compare(b.requests, a.requests)
		}
		x, y := s.entry(a.entry), s.entry(b.entry)
		if c := strings.Compare(x.class.prefix(), y.class.prefix()); c != 0 {
			return c
		}
		return bytes.Compare(s.key(x), s.key(y))
	})
	return list
}

// whole is the demand under the URL of an entry, which an entry of https shares with one of no scheme.
func (s *store) whole(e *entry) planner.Demand {
	d := planner.Demand{Requests: e.requests * s.scale, Misses: e.misses * s.scale, Bytes: e.bytes * s.scale}
	if e.class == anyScheme {
		if t := s.twin(e, secure); t != nil {
			d.Requests += t.requests * s.scale
			d.Misses += t.misses * s.scale
			d.Bytes += t.bytes * s.scale
		}
	}
	return d
}

// twin is the entry of the same key in another class, nil when there is none.
func (s *store) twin(e *entry, c class) *entry {
	if s.present[c] == 0 {
		return nil
	}
	if i, ok := s.table.find(s.hash(c, s.key(e))); ok {
		return s.entry(i)
	}
	return nil
}

func (s *store) url(e *entry) string { return e.class.prefix() + string(s.key(e)) }

// prefix is what makes a URL of a key.
func (c class) prefix() string {
	switch c {
	case plain:
		return httpPrefix
	case pathOnly:
		return ""
	}
	return httpsPrefix
}
