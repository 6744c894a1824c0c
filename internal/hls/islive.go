package hls

import "bytes"

// IsLive tells from a look at the whole body what Document.Live says after Parse, for those who must know it before the
// first entry: a media playlist that has no end and is not of the type VOD.
func IsLive(body []byte) bool {
	return hasTag(body, "#EXTINF:") && !hasTag(body, "#EXT-X-ENDLIST") && !hasTag(body, "#EXT-X-PLAYLIST-TYPE:VOD")
}

// hasTag reports whether a line of the body begins with the tag.
func hasTag(body []byte, tag string) bool {
	for {
		i := bytes.Index(body, []byte(tag))
		if i < 0 {
			return false
		}
		if i == 0 || body[i-1] == '\n' || body[i-1] == '\r' {
			return true
		}
		body = body[i+len(tag):]
	}
}
