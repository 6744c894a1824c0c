package planner

// chains says what of a pool is needed by what: a segment needs its init section and its playlist, that one the playlist
// that lists it, and so on.
type chains struct {
	pool []candidate
	// at is where a playlist is in the pool.
	at map[string]int32
	// inits are the init sections of a playlist.
	inits map[string][]int32
	// needed are those of both.
	needed []int32
	// gone are the hashes of the playlists that are in the pool no more.
	gone func(url string) bool
}

// maxLevels bounds how far a chain is followed. Playlists nest three levels deep; a crawl of hostile ones can't be a circle,
// but what is read from stdin can.
const maxLevels = 8

// chain finds what needs what, and gives everything at least the score of what needs it.
func chain(pool []candidate, gone func(url string) bool) *chains {
	c := &chains{pool: pool, at: map[string]int32{}, inits: map[string][]int32{}, gone: gone}
	for i := range pool {
		switch t := &pool[i]; {
		case t.level < levelInit && t.needed:
			c.at[t.URL] = int32(i)
			c.needed = append(c.needed, int32(i))
		case t.level == levelInit && t.parent != "":
			c.inits[t.parent] = append(c.inits[t.parent], int32(i))
			c.needed = append(c.needed, int32(i))
		}
	}
	c.pin()
	c.lift()
	return c
}

// pin pins what is needed by what is pinned.
func (c *chains) pin() {
	for i := range c.pool {
		if c.pool[i].pinned {
			for n := range c.needs(int32(i)) {
				c.pool[n].pinned = true
			}
		}
	}
}

// lift makes what is needed worth no less than what needs it, or ever did: that may have had to go since. What is pinned
// is lifted by others that are pinned only. It comes before the rest anyway, of which some goes and some never comes this far,
// just as it happens to be found.
func (c *chains) lift() {
	for i := range c.pool {
		by := &c.pool[i]
		for n := range c.needs(int32(i)) {
			t := &c.pool[n]
			t.lifted = max(t.lifted, by.own)
			if by.pinned {
				t.liftedByPins = max(t.liftedByPins, by.own)
			}
			if by.floor > 0 {
				t.liftedByFloors = max(t.liftedByFloors, by.own)
			}
		}
	}
	for _, i := range c.needed {
		t := &c.pool[i]
		lifted := t.lifted
		if t.pinned {
			lifted = t.liftedByPins
		}
		t.rate(lifted)
	}
}

// rate makes a candidate worth its own score, or that of what needs it where that is higher.
func (c *candidate) rate(lifted float64) {
	if c.Score, c.Why.Needed = c.own, 0; lifted > c.own {
		c.Score, c.Why.Needed = lifted, lifted
	}
}

// needs yields all that one of the pool needs and that is not in the cache anyway, the nearest first.
func (c *chains) needs(i int32) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		t := &c.pool[i]
		if t.parent == "" {
			return
		}
		if n := c.initOf(t); n >= 0 && !c.pool[n].hot && !yield(n) {
			return
		}
		for range maxLevels {
			n, ok := c.at[t.parent]
			if !ok || n == i {
				return
			}
			if t = &c.pool[n]; !t.hot && !yield(n) {
				return
			}
		}
	}
}

// initOf is the init section of a segment, -1 for none: the last that begins at it or before.
func (c *chains) initOf(t *candidate) int32 {
	best := int32(-1)
	if t.level != levelRest {
		return best
	}
	for _, n := range c.inits[t.parent] {
		if at := c.pool[n].start; at <= t.start && (best < 0 || at >= c.pool[best].start) {
			best = n
		}
	}
	return best
}

// broken tells that something is needed that was not taken, or was left out for good.
func (c *chains) broken(i int32) bool {
	for n := range c.needs(i) {
		if !c.pool[n].taken {
			return true
		}
	}
	t := &c.pool[i]
	for range maxLevels {
		if t.parent == "" {
			return false
		}
		n, ok := c.at[t.parent]
		if !ok {
			return c.gone(t.parent)
		}
		t = &c.pool[n]
	}
	return false
}
