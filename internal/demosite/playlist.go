package demosite

import (
	"path"
	"strconv"
	"strings"
	"sync"
)

// part is one thing that a player asks for: a whole file, or a range of it.
type part struct {
	path           string
	offset, length int64 // length is 0 for a whole file
}

// playlist is what a player learns from one of the site's playlists. It reads what ffmpeg writes, no more.
type playlist struct {
	path string
	// variants and audio are playlists of a multivariant one, parts the init section and segments of a media one.
	variants, audio, subtitles, iframes []string
	init                                []part
	parts                               []part
	seconds                             float64 // of a usual segment
}

var playlists = sync.OnceValue(func() map[string]playlist {
	all := map[string]playlist{}
	for p, f := range files() {
		if path.Ext(p) == ".m3u8" {
			all[p] = readPlaylist(p, string(f.body))
		}
	}
	return all
})

func readPlaylist(p, body string) playlist {
	list := playlist{path: p}
	resolve := func(uri string) string { return path.Join(path.Dir(p), uri) }
	multivariant := strings.Contains(body, "#EXT-X-STREAM-INF")
	var next part
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		tag, value, _ := strings.Cut(line, ":")
		switch uri := attribute(value, "URI"); {
		case tag == "#EXT-X-MEDIA" && attribute(value, "TYPE") == "AUDIO":
			list.audio = append(list.audio, resolve(uri))
		case tag == "#EXT-X-MEDIA":
			list.subtitles = append(list.subtitles, resolve(uri))
		case tag == "#EXT-X-I-FRAME-STREAM-INF":
			list.iframes = append(list.iframes, resolve(uri))
		case tag == "#EXT-X-KEY":
			list.init = append(list.init, part{path: resolve(uri)})
		case tag == "#EXT-X-MAP":
			init := byteRange(attribute(value, "BYTERANGE"))
			init.path = resolve(uri)
			list.init = append(list.init, init)
		case tag == "#EXT-X-BYTERANGE":
			next = byteRange(value)
		case tag == "#EXTINF":
			seconds, _ := strconv.ParseFloat(strings.TrimSuffix(value, ","), 64)
			list.seconds = max(list.seconds, seconds)
		case line == "" || line[0] == '#':
		case multivariant:
			list.variants = append(list.variants, resolve(line))
		default:
			next.path = resolve(line)
			list.parts = append(list.parts, next)
			next = part{}
		}
	}
	return list
}

// attribute is the value of a name in an attribute list, without its quotes.
func attribute(list, name string) string {
	_, value, _ := strings.Cut(","+list, ","+name+"=")
	if quoted, ok := strings.CutPrefix(value, `"`); ok {
		value, _, _ = strings.Cut(quoted, `"`)
		return value
	}
	value, _, _ = strings.Cut(value, ",")
	return value
}

// byteRange reads length@offset.
func byteRange(s string) part {
	length, offset, _ := strings.Cut(s, "@")
	var p part
	p.length, _ = strconv.ParseInt(length, 10, 64)
	p.offset, _ = strconv.ParseInt(offset, 10, 64)
	return p
}
