package page

import "strings"

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

// longestExtension bounds what is compared; "webmanifest" is the longest.
const longestExtension = 11

// KindOf guesses the kind of a URL from the extension of its path: Page when there is none that is known.
func KindOf(url string) Kind {
	k, _ := namedKind(url)
	return k
}

// namedKind is KindOf, and tells whether the extension is a known one.
func namedKind(url string) (Kind, bool) {
	path := pathOf(url)
	if k, ok := kindOfPath(path); ok {
		return k, true
	}
	if i := strings.IndexByte(path, ';'); i >= 0 {
		return kindOfPath(path[:i]) // parameters of a path: /a.mp4;jsessionid=1
	}
	return Page, false
}

// pathOf returns the path of a URL or of a relative reference.
func pathOf(url string) string {
	if i := strings.IndexAny(url, "?#"); i >= 0 {
		url = url[:i]
	}
	if i := strings.Index(url, "://"); i >= 0 {
		url = url[i+3:]
		i = strings.IndexByte(url, '/')
		if i < 0 {
			return ""
		}
		return url[i:]
	}
	return url
}

func kindOfPath(path string) (Kind, bool) {
	rest, ext := cutExtension(path)
	if ext == "gz" {
		_, inner := cutExtension(rest)
		if k, _ := extensionKind(inner); k == Sitemap {
			return Sitemap, true
		}
	}
	return extensionKind(ext)
}

// cutExtension splits off the extension of the last segment.
func cutExtension(path string) (rest, ext string) {
	for i := len(path) - 1; i >= 0 && len(path)-i-1 <= longestExtension && path[i] != '/'; i-- {
		if path[i] == '.' {
			return path[:i], path[i+1:]
		}
	}
	return path, ""
}

// extensionKind allocates nothing, as it is asked of every link.
func extensionKind(ext string) (Kind, bool) {
	if ext == "" || len(ext) > longestExtension {
		return Page, false
	}
	var buf [longestExtension]byte
	for i := range len(ext) {
		buf[i] = lower(ext[i])
	}
	switch string(buf[:len(ext)]) {
	case "m3u8", "mpd":
		return Playlist, true
	case "mp4", "m4v", "m4a", "m4s", "cmfv", "cmfa", "ts", "m2ts", "mts", "webm", "mkv", "mov", "avi", "flv", "f4v", "wmv",
		"mpg", "mpeg", "ogv", "ogg", "oga", "opus", "mp3", "aac", "ac3", "ec3", "flac", "wav", "weba", "wma", "3gp":
		return Media, true
	case "jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "webp", "avif", "svg", "svgz", "ico", "cur", "bmp", "tif", "tiff",
		"heic", "heif", "jxl":
		return Image, true
	case "vtt", "webvtt", "srt", "ass", "ssa", "ttml", "dfxp", "sbv":
		return Subtitle, true
	case "css", "js", "mjs", "json", "map", "wasm", "woff", "woff2", "ttf", "otf", "eot", "webmanifest", "pdf", "zip", "gz",
		"bz2", "xz", "zst", "tar", "tgz", "rar", "7z", "txt", "csv", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods",
		"epub", "mobi", "apk", "ipa", "exe", "msi", "dmg", "pkg", "deb", "rpm", "iso", "bin", "swf":
		return Asset, true
	case "xml", "rss", "atom", "rdf":
		return Sitemap, true
	case "html", "htm", "xhtml", "shtml":
		return Page, true
	}
	return Page, false
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// kindOfType returns the kind that a media type names, and false when it says nothing.
func kindOfType(contentType []byte) (Kind, bool) {
	var buf [64]byte
	n := 0
	for _, c := range contentType {
		if c == ';' || n == len(buf) {
			break
		}
		if c > ' ' {
			buf[n] = lower(c)
			n++
		}
	}
	t := string(buf[:n])
	switch t {
	case "application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl", "video/mpegurl",
		"vnd.apple.mpegurl", "application/mpegurl", "application/dash+xml", "video/vnd.mpeg.dash.mpd":
		return Playlist, true
	case "text/html", "application/xhtml+xml":
		return Page, true
	case "text/vtt", "application/x-subrip", "application/ttml+xml":
		return Subtitle, true
	case "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml":
		return Sitemap, true
	case "text/css", "text/javascript", "application/javascript", "application/json", "application/json+oembed",
		"text/xml+oembed", "application/xml+oembed", "application/pdf", "application/manifest+json":
		return Asset, true
	}
	switch family, _, _ := strings.Cut(t, "/"); family {
	case "video", "audio":
		return Media, true
	case "image":
		return Image, true
	case "font":
		return Asset, true
	}
	return "", false
}
