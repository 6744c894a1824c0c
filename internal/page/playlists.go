package page

import (
	"bytes"
	"net/url"
)

// maxPlaylistURL bounds how far from ".m3u8" its URL is searched for, on either side.
const maxPlaylistURL = 4 << 10

var extensions = [...]string{".m3u8", ".mpd"}

// playlistsIn adds the playlists that a script, state JSON or an attribute names, with slashes escaped in any way.
func (p *parser) playlistsIn(text []byte, r role) {
	for _, ext := range extensions {
		for end := 0; !p.stopped; {
			i := indexFold(text[end:], ext)
			if i < 0 {
				break
			}
			at := end + i
			end = at + len(ext)
			start, stop, inString := stringAround(text, at, end)
			if ref := playlistReference(text[start:stop], inString); ref != nil && !isPartOfSum(text[:start]) {
				p.add(ref, Playlist, r, false)
			}
			end = max(end, min(stop, end+maxPlaylistURL))
		}
	}
}

// indexFold is bytes.Index for an extension in lower or upper case.
func indexFold(text []byte, ext string) int {
	from := 0
	for {
		i := bytes.IndexByte(text[from:], '.')
		if i < 0 {
			return -1
		}
		from += i
		if hasPrefixFold(text[from:], ext) && (from+len(ext) == len(text) || !isWord(text[from+len(ext)])) {
			return from
		}
		from++
	}
}

func isWord(c byte) bool {
	c |= 0x20
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_'
}

// stringAround returns where the string around text[at:end] begins and ends, and whether a quote says so.
func stringAround(text []byte, at, end int) (start, stop int, inString bool) {
	least := max(0, at-maxPlaylistURL)
	for start = at; start > least && !endsURL(text[start-1]) && !bytes.HasSuffix(text[least:start], []byte("&quot;")); {
		start--
	}
	most := min(len(text), end+maxPlaylistURL)
	for stop = end; stop < most && !endsURL(text[stop]) && !bytes.HasPrefix(text[stop:most], []byte("&quot;")); {
		stop++
	}
	inString = start == 0 || start > 0 && bytes.IndexByte([]byte("\"'`;"), text[start-1]) >= 0
	for stop > end && text[stop-1] == '\\' {
		stop-- // the quote after it is escaped: a string inside of a string
	}
	return start, stop, inString
}

func endsURL(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '{' || c == '}' || c == '|'
}

// isPartOfSum tells whether the string that begins after text is added to another: its URL is only known when it runs.
func isPartOfSum(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	if text[len(text)-1] == '}' {
		return true // of a template
	}
	text = bytes.TrimRight(text[:len(text)-1], " \t\r\n\\")
	return len(text) > 0 && text[len(text)-1] == '+'
}

// playlistReference returns the URL in the text around an extension, or nil when there is none: a bare ".m3u8", a
// pattern, a name in running text.
func playlistReference(text []byte, inString bool) []byte {
	ref := innermost(unescapeScript(text))
	end := -1
	for _, ext := range extensions {
		if i := indexFold(ref, ext); i >= 0 && (end < 0 || i < end) {
			end = i
		}
	}
	if end <= 0 || !isWord(ref[end-1]) && ref[end-1] != ')' && ref[end-1] != '-' && ref[end-1] < 0x80 {
		return nil
	}
	ref = trimPlaylist(ref, end)
	if bytes.ContainsAny(ref[:end], `\*$^[]+|`) || bytes.IndexByte(ref, '%') >= 0 && hasVerb(ref[:end]) {
		return nil
	}
	if !inString && !bytes.Contains(ref, []byte("://")) && !bytes.HasPrefix(ref, []byte("/")) {
		return nil
	}
	return ref
}

// trimPlaylist ends ref where the list or sentence goes on that it stands in.
func trimPlaylist(ref []byte, end int) []byte {
	if i := bytes.IndexAny(ref[end:], ",;)?"); i >= 0 && ref[end+i] != '?' {
		ref = ref[:end+i]
	}
	return bytes.TrimRight(ref, ".,;")
}

// hasVerb tells whether a name has a placeholder, "%s" or "%d", in place of an escape.
func hasVerb(name []byte) bool {
	for i, c := range name {
		if c != '%' {
			continue
		}
		if _, n := hexRune(name[i+1:], 2); n != 2 {
			return true
		}
	}
	return false
}

// unescapeScript carries out the escapes of JavaScript and the entities that state in attributes keeps.
func unescapeScript(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("&amp;"), []byte("&"))
	if bytes.IndexByte(text, '\\') < 0 {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			out = append(out, text[i])
			i++
			continue
		}
		var n int
		out, n = appendEscape(out, text[i:])
		i += n
	}
	return out
}

// innermost returns the last URL that begins in ref: a player's URL has the playlist's as a parameter, escaped or not.
func innermost(ref []byte) []byte {
	if escaped := lastScheme(ref, "%3A%2F%2F"); escaped > 0 {
		param, _, _ := bytes.Cut(ref[escaped:], []byte("&"))
		if plain, err := url.QueryUnescape(string(param)); err == nil {
			return []byte(plain)
		}
	}
	if i := lastScheme(ref, "://"); i > 0 {
		return ref[i:]
	}
	return ref
}

// lastScheme returns where the last "http" or "https" before separator begins, and what follows still names a
// playlist, or -1.
func lastScheme(ref []byte, separator string) int {
	for {
		i := bytes.LastIndex(ref, []byte(separator))
		if i < 0 {
			return -1
		}
		for _, scheme := range [...]string{"https", "http"} {
			if start := i - len(scheme); start >= 0 && hasPrefixFold(ref[start:i], scheme) {
				return start
			}
		}
		ref = ref[:i]
	}
}
