package popularity

import (
	"hash/maphash"
	"math"

	"github.com/cespare/xxhash/v2"

	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// batchSize is how many requests are counted at once. The tables are far larger than the caches of a processor: one at
// a time, each request waits for memory two or three times; in a batch the waits are for all of them together.
const batchSize = 64

// batch holds requests that are still to be counted, in order.
type batch struct {
	list [batchSize]pending
	n    int
	// text holds their keys, as the lines spell them.
	text []byte
	// touched only keeps the compiler from leaving out loads whose result is not needed yet.
	touched uint64
}

// pending is one of them.
type pending struct {
	// hash is that of the key as it is spelled, id of the RequestID, viewer of who reads a range; 0 for none.
	hash, id, viewer uint64
	// weight is decayed, sampled is not.
	weight, sampled, bytes float64
	from, to               uint32
	at                     uint32
	entry                  uint32
	found                  bool
	missed                 bool
	// told is whether the line says if the cache had it.
	told  bool
	class class
}

// push adds a request; false when its URL is longer than any can be.
func (s *state) push(r *accesslog.Record, weight float64, raw bool) bool {
	b := &s.batch
	p := &b.list[b.n]
	*p = pending{weight: weight, sampled: r.Weight, bytes: float64(r.Bytes) * weight, missed: r.Cache == accesslog.Miss, told: r.Cache != accesslog.Unknown}
	p.at = uint32(min(max(r.Time, 0), math.MaxUint32))
	if !raw && len(r.RequestID) > 0 {
		p.id = xxhash.Sum64(r.RequestID) | 1 // which is forgotten at some time, and then in every process alike
	}
	from := len(b.text)
	if !raw && r.Status == 206 && len(r.Client) > 0 {
		b.text = append(append(append(b.text, r.Client...), 0), r.Agent...)
		p.viewer = maphash.Bytes(s.seed, b.text[from:]) | 1
		b.text = b.text[:from]
	}
	p.class = s.spell(r)
	if len(b.text)-from > urlkey.MaxLength {
		b.text = b.text[:from]
		return false
	}
	p.hash = s.hash(p.class, b.text[from:])
	p.from, p.to = uint32(from), uint32(len(b.text))
	b.n++
	return true
}

// flush counts what is pending.
func (c *Counter) flush(stats *Stats) {
	s := c.state
	b := &s.batch
	s.touch()
	for i := range b.n {
		c.count(&b.list[i], stats)
	}
	b.n, b.text = 0, b.text[:0]
}

// touch makes the processor load what count will need, without waiting for any of it.
func (s *state) touch() {
	b := &s.batch
	for i := range b.n {
		p := &b.list[i]
		b.touched += s.table.touch(p.hash)
		if p.id != 0 {
			b.touched += s.ids.touch(p.id)
		}
	}
	for i := range b.n {
		p := &b.list[i]
		if p.entry, p.found = s.table.find(p.hash); p.found {
			b.touched += uint64(s.entry(p.entry).size)
		}
	}
}

// count counts one request.
func (c *Counter) count(p *pending, stats *Stats) {
	s := c.state
	if p.id != 0 {
		if s.ids.add(p.id) {
			stats.Duplicates++
			return
		}
	}
	if !p.found {
		if p.entry, p.found = s.table.find(p.hash); !p.found {
			p.entry, p.found = c.settle(p.class, s.batch.text[p.from:p.to], p.hash)
		}
		if !p.found {
			stats.Invalid++
			return
		}
	}
	e := s.entry(p.entry)
	e.bytes += p.bytes
	if p.viewer != 0 {
		m, again := s.viewing(p)
		if p.missed && !m.missed {
			e.misses += p.weight
			m.missed = true
		}
		if again {
			stats.Ranges++
			return
		}
	} else if p.missed {
		e.misses += p.weight
	}
	e.requests += p.weight
	if p.told {
		s.told += p.weight
	}
	if e.first == 0 || p.at < e.first && p.at > 0 {
		e.first = p.at
	}
	s.profiles.count(e.profile, p.at, p.sampled)
	stats.Counted++
}

// viewing finds what one client reads of one entry, and whether this range goes on with it.
func (s *state) viewing(p *pending) (*mark, bool) {
	hash := (p.viewer ^ uint64(p.entry)) * tags[secure]
	m, before := s.viewings.mark(hash ^ hash>>32)
	again := before && max(p.at, m.last)-min(p.at, m.last) <= viewingGap
	if !again {
		m.missed = false
	}
	m.last = max(m.last, p.at)
	return m, again
}

// moved tells the requests that are pending that entries have other numbers now.
func (s *state) moved() {
	for i := range s.batch.n {
		s.batch.list[i].found = false
	}
	s.viewings.forget() // they go by the number of the entry
}
