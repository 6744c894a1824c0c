package page

import (
	"path"
	"strings"
)

// Kind is what a URL leads to.
type Kind string

// The kinds of links.
const (
	Page     Kind = "page"
	Playlist Kind = "playlist"
	Media    Kind = "media"
	Image    Kind = "image"
	Asset    Kind = "asset"
	Subtitle Kind = "subtitle"
	Sitemap  Kind = "sitemap"
)

var kinds = map[string]Kind{
	".m3u8": Playlist, ".mpd": Playlist,
	".mp4": Media, ".m4s": Media, ".ts": Media, ".webm": Media, ".mp3": Media, ".m4a": Media,
	".jpg": Image, ".jpeg": Image, ".png": Image, ".gif": Image, ".webp": Image, ".svg": Image,
	".vtt": Subtitle, ".srt": Subtitle,
	".css": Asset, ".js": Asset, ".woff2": Asset,
	".xml": Sitemap,
}

// KindOf guesses the kind of a URL from the extension of its path: a page when there is none that is known.
func KindOf(url string) Kind {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	if i := strings.Index(url, "://"); i >= 0 {
		if j := strings.IndexByte(url[i+3:], '/'); j >= 0 {
			url = url[i+3+j:]
		} else {
			return Page
		}
	}
	ext := strings.ToLower(path.Ext(strings.TrimSuffix(url, ".gz")))
	if k, ok := kinds[ext]; ok {
		return k
	}
	return Page
}
