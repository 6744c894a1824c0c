package demosite

import (
	"net/http"
	"path"
	"strings"
	"time"
)

// edgeCount is how many edges the CDN of the log has: each must miss once before it hits.
const edgeCount = 3

// edges remembers until when each edge has each object.
type edges map[edgeObject]time.Time

type edgeObject struct {
	edge int
	path string
}

func newEdges() edges { return edges{} }

// ask is the cache status of a request, which must come in order of time.
func (e edges) ask(r *request) string {
	life := lifetime(r.path)
	switch {
	case life == 0 || r.query != "" && !strings.HasPrefix(r.path, "/vod/"):
		return "dynamic"
	case r.status >= 400:
		return "other"
	}
	o := edgeObject{r.client.edge, r.path}
	if r.at.Before(e[o]) {
		return "hit"
	}
	if r.method == http.MethodGet {
		e[o] = r.at.Add(life)
	}
	return "miss"
}

// lifetime is how long the edges keep an object; 0 is not at all.
func lifetime(p string) time.Duration {
	switch {
	case strings.HasPrefix(cacheControl(p), "private"):
		return 0
	case p == "/live/channel.m3u8":
		return 2 * time.Second
	case path.Ext(p) == ".m3u8":
		return time.Hour
	case strings.Contains(cacheControl(p), "immutable"):
		return 24 * time.Hour // long before max-age: edges are small, and other sites push it out
	}
	return 5 * time.Minute
}
