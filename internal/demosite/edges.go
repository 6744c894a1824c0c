package demosite

import (
	"path"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

// life is how long the edges keep the answer to a request; 0 is not at all.
func life(r *crowd.Request) time.Duration {
	if r.Query != "" && !strings.HasPrefix(r.Path, "/vod/") {
		return 0
	}
	return lifetime(r.Path)
}

// lifetime is how long the edges keep an object.
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
