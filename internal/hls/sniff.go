package hls

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// MaxSniff is how much of a body's beginning tells what it is.
const MaxSniff = 4 << 10

// Sniff says whether the first bytes of a body look like an HLS playlist: its header, or a tag of HLS where the header
// was forgotten. A body that begins so can still be refused by Parse, as IPTV lists are.
func Sniff(head []byte) bool {
	head = head[:min(len(head), MaxSniff)]
	head = bytes.TrimLeft(bytes.TrimPrefix(head, utf8BOM), " \t\r\n\v\f")
	for _, tag := range []string{"#EXTM3U", "#EXT-X-", "#EXTINF:"} {
		if bytes.HasPrefix(head, []byte(tag)) {
			return true
		}
	}
	return false
}

var utf8BOM = []byte("\xef\xbb\xbf")

// family is what kind of playlist the tags of a text make it.
type family int

const (
	unknown      family = iota // no tag of HLS
	headerOnly                 // #EXTM3U and nothing else
	multivariant               // lists playlists
	media                      // lists segments
	iptv                       // a list of channels or songs
)

// classify finds the first tag that decides. Tags that can only be in one kind come first, since packagers put some of
// the others anywhere.
func classify(body string) family {
	weak, header, uri, extX := unknown, false, false, false
	for l := newLines(body, new(warning.List)); l.scan(); {
		if !strings.HasPrefix(l.text(), "#EXT") {
			uri = uri || l.text() != "" && l.text()[0] != '#'
			continue
		}
		name, value, _ := strings.Cut(l.text(), ":")
		extX = extX || strings.HasPrefix(name, "#EXT-X-")
		switch name {
		case "#EXT-X-STREAM-INF", "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-IMAGE-STREAM-INF":
			return multivariant
		case "#EXTINF":
			if isChannel(value, extX) && !strings.Contains(body, "#EXT-X-TARGETDURATION") {
				return iptv
			}
			return media
		case "#EXT-X-MEDIA", "#EXT-X-SESSION-DATA", "#EXT-X-SESSION-KEY", "#EXT-X-CONTENT-STEERING":
			weak = multivariant
		default:
			if header = header || name == "#EXTM3U"; weak == unknown && extX {
				weak = media
			}
		}
	}
	if weak == unknown && header && !uri {
		return headerOnly
	}
	return weak
}

// isChannel knows an EXTINF of an IPTV list: attributes of a programme guide, or an endless channel where no tag of HLS
// is.
func isChannel(inf string, extX bool) bool {
	if strings.Contains(inf, "tvg-") || strings.Contains(inf, "group-title=") {
		return true
	}
	return !extX && strings.HasPrefix(trim(inf), "-")
}

// refuse says what a body is that is no playlist.
func refuse(body string, f family) error {
	head := strings.ToLower(trim(body[:min(len(body), MaxSniff)]))
	head = strings.TrimLeft(head, "\r\n")
	is := "it has no tag of HLS"
	switch {
	case f == iptv:
		is = "it is an IPTV list of channels"
	case strings.HasPrefix(body, "\xff\xfe"), strings.HasPrefix(body, "\xfe\xff"):
		is = "it is UTF-16, a playlist is UTF-8"
	case head == "":
		is = "it is empty"
	case strings.HasPrefix(head, "<!doctype html"), strings.HasPrefix(head, "<html"), strings.Contains(head, "<head"):
		is = "it is an HTML page" + title(body)
	case strings.Contains(head, "<mpd"):
		is = "it is a DASH manifest"
	case strings.HasPrefix(head, "<"):
		is = "it is XML"
	case strings.HasPrefix(head, "[playlist]"):
		is = "it is a PLS list"
	case strings.HasPrefix(head, "webvtt"):
		is = "it is a WebVTT subtitle"
	case head[0] == '{' || head[0] == '[':
		is = "it is JSON"
	case strings.HasPrefix(head, "#extm3u"):
		is = "it is an M3U list without tags of HLS"
	}
	return fmt.Errorf("%w: %s", ErrNotHLS, is)
}

// title quotes the title of an HTML page, which tells a login page from an error.
func title(body string) string {
	head := body[:min(len(body), MaxSniff)]
	i := strings.Index(strings.ToLower(head), "<title>")
	if i < 0 || i+7 > len(head) {
		return ""
	}
	text, _, _ := strings.Cut(head[i+7:], "<")
	text = strings.Join(strings.Fields(text), " ")
	return fmt.Sprintf(" (title %q)", text[:min(len(text), 80)])
}
