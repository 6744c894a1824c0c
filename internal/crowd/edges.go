package crowd

import (
	"container/list"
	"net/http"
	"time"
)

// Edges are the caches of a CDN. Requests must come in order of time.
type Edges struct {
	// Lifetime is how long an edge may keep the answer to a request; 0 is not at all.
	Lifetime func(*Request) time.Duration
	// Capacity is how many bytes each edge holds, of what was asked for last; 0 is all.
	Capacity int64

	caches [EdgeCount]cache
}

// cache is one edge: objects by path, the one that was asked for last in front.
type cache struct {
	objects map[string]*list.Element
	recent  list.List
	bytes   int64
}

// object is what an edge holds, until it expires or room is needed.
type object struct {
	path    string
	bytes   int64
	expires time.Time
}

// Ask returns the cache status of a request: hit, miss, dynamic for what is not cached at all, other for failures.
func (e *Edges) Ask(r *Request) string {
	life := e.Lifetime(r)
	switch {
	case life == 0:
		return "dynamic"
	case r.Status >= http.StatusBadRequest:
		return "other"
	}
	c := &e.caches[r.Client.Edge]
	if c.has(r) {
		return "hit"
	}
	if r.Method == http.MethodGet {
		c.put(object{r.Path, r.Bytes, r.At.Add(life)}, e.Capacity)
	}
	return "miss"
}

func (c *cache) has(r *Request) bool {
	held, ok := c.objects[r.Path]
	if !ok || !r.At.Before(held.Value.(*object).expires) {
		return false
	}
	c.recent.MoveToFront(held)
	return true
}

func (c *cache) put(o object, capacity int64) {
	if c.objects == nil {
		c.objects = map[string]*list.Element{}
	}
	if old, ok := c.objects[o.path]; ok {
		c.drop(old)
	}
	c.objects[o.path] = c.recent.PushFront(&o)
	c.bytes += o.bytes
	for capacity > 0 && c.bytes > capacity && c.recent.Len() > 1 {
		c.drop(c.recent.Back())
	}
}

func (c *cache) drop(held *list.Element) {
	o := c.recent.Remove(held).(*object)
	delete(c.objects, o.path)
	c.bytes -= o.bytes
}
