package planner

// chains says what of a pool is needed by what: a segment needs its init section and its playlist, that one the playlist
// that lists it, and so on.
type chains struct {
	pool []candidate
	// at is where a playlist is in the pool.
	at map[string]int32
	// inits are the init sections of a playlist.
	inits map[string][]int32
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
		case t.level == levelInit && t.parent != "":
			c.inits[t.parent] = append(c.inits[t.parent], int32(i))
		}
	}
	for i := range pool {
		for n := range c.needs(int32(i)) {
			pool[n].lift(&pool[i])
		}
	}
	return c
}

// lift makes what is needed worth no less than what needs it.
func (c *candidate) lift(by *candidate) {
	if by.own > c.Score {
		c.Score, c.Why.Needed = by.own, by.own
	}
	c.pinned = c.pinned || by.pinned
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
