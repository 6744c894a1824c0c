package popularity

import (
	"hash/maphash"
	"strings"
)

// week is the hours of a week, counted from Thursday, 1 January 1970, 00:00 UTC.
const week = 7 * 24

// maxProfiles bounds the classes whose hours are told apart: what they hold is 344 KB. Sites have a few sections; further
// ones share the last.
const maxProfiles = 256

// profiles has the requests of each hour of the week, by class: the host and the first folder of a URL. They are
// scaled by sampling and not decayed.
type profiles struct {
	ids   map[uint64]uint8
	hours [][week]float64
	// first and last are the times of the earliest and the latest request that was counted; 0 for none.
	first, last uint32
}

// class returns the number of a key's class.
func (p *profiles) class(seed maphash.Seed, key string) uint8 {
	if p.ids == nil {
		p.ids = map[uint64]uint8{}
	}
	hash := maphash.String(seed, section(key))
	id, ok := p.ids[hash]
	if !ok {
		id = uint8(min(len(p.hours), maxProfiles-1))
		p.ids[hash] = id
		if len(p.hours) < maxProfiles {
			p.hours = append(p.hours, [week]float64{})
		} else if len(p.ids) > 2*maxProfiles { // the URLs of an open proxy have no end of hosts
			delete(p.ids, hash)
		}
	}
	return id
}

// section is the host and the first folder of a key, without its query.
func section(key string) string {
	key, _, _ = strings.Cut(key, "?")
	host := strings.IndexByte(key, '/')
	if host < 0 {
		return key
	}
	folder := strings.IndexByte(key[host+1:], '/')
	return key[:host+1+max(folder, 0)]
}

// count takes in a request of a class; at 0 is a time that is not known.
func (p *profiles) count(class uint8, at uint32, weight float64) {
	if at == 0 {
		return
	}
	p.hours[class][at/3600%week] += weight
	p.last = max(p.last, at)
	if p.first == 0 || at < p.first {
		p.first = at
	}
}

// find returns the number of a key's class, false when it has none of its own.
func (p *profiles) find(seed maphash.Seed, key string) (uint8, bool) {
	id, ok := p.ids[maphash.String(seed, section(key))]
	return id, ok
}
