package page

import (
	"bytes"
	"net/url"
)

// playlistsIn adds the playlists that a script, state JSON or an attribute names, with slashes escaped in any way.
func (p *parser) playlistsIn(text []byte, r role) {
	done, stop := 0, 0 // what has been looked at, and where the string ends that it ends in
	for !p.stopped {
		at, end := nextExtension(text, done)
		if at < 0 || !p.mayLook() {
			return
		}
		start := stringStart(text, done, at)
		if end > stop {
			stop = stringEnd(text, end)
		}
		if ref := playlistReference(text, start, end, stop); ref != nil {
			p.add(ref, Playlist, r, false)
		}
		done = end
	}
}

// mayLook counts the places that are looked at.
func (p *parser) mayLook() bool {
	p.looked++
	if p.looked == maxPlaylistPlaces {
		p.warnf("page names .m3u8 or .mpd more than %d times in scripts and attributes: the others are left out", maxPlaylistPlaces)
	}
	return p.looked < maxPlaylistPlaces
}

// nextExtension returns where the first ".m3u8" or ".mpd" from i on begins and ends.
func nextExtension(text []byte, i int) (at, end int) {
	for {
		dot := bytes.IndexByte(text[i:], '.')
		if dot < 0 {
			return -1, -1
		}
		i += dot
		for _, ext := range [...]string{".m3u8", ".mpd"} {
			end = i + len(ext)
			if hasPrefixFold(text[i:], ext) && (end == len(text) || !isWord(text[end])) {
				return i, end
			}
		}
		i++
	}
}

func isWord(c byte) bool {
	c |= 0x20
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_'
}

// stringStart returns where the string begins that text[at] is in, not before least.
func stringStart(text []byte, least, at int) int {
	least = max(least, at-maxPlaylistURL)
	for at > least && !endsURL(text[at-1]) && !bytes.HasSuffix(text[least:at], []byte("&quot;")) {
		at--
	}
	return at
}

// stringEnd returns where the string ends that text[end] is in.
func stringEnd(text []byte, end int) int {
	stop := end
	most := min(len(text), end+maxPlaylistURL)
	for stop < most && !endsURL(text[stop]) && !bytes.HasPrefix(text[stop:most], []byte("&quot;")) {
		stop++
	}
	for stop > end && text[stop-1] == '\\' {
		stop-- // the quote after it is escaped: a string inside of a string
	}
	return stop
}

func endsURL(c byte) bool {
	return c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '{' || c == '}' || c == '|'
}

// playlistReference returns the URL in text[start:stop] whose extension ends at end, or nil when there is none: a bare
// ".m3u8", a pattern, a name in running text, a part of a sum.
func playlistReference(text []byte, start, end, stop int) []byte {
	if start > 0 && isPartOfSum(text[:start], text[start]) {
		return nil
	}
	path, escaped := innermost(unescapeScript(text[start:end]))
	quoted := start == 0 || bytes.IndexByte([]byte("\"'`;"), text[start-1]) >= 0
	if !isName(path) || !quoted && path[0] != '/' && !bytes.Contains(path, []byte("://")) {
		return nil
	}
	rest := unescapeScript(trimPlaylist(text[end:stop]))
	if escaped {
		rest, _, _ = bytes.Cut(rest, []byte("&"))
		if plain, err := url.QueryUnescape(string(rest)); err == nil {
			rest = []byte(plain)
		}
	}
	return append(bytes.Clone(path), rest...)
}

// isPartOfSum tells whether the string that begins with first after text is added to another one, or follows a
// placeholder: its URL is only known when it runs; or whether it goes on with the path of the playlist before it.
func isPartOfSum(text []byte, first byte) bool {
	last := text[len(text)-1]
	if last == '}' || isWord(last) && bytes.IndexByte([]byte(",;?"), first) < 0 {
		return true
	}
	text = bytes.TrimRight(text[:len(text)-1], " \t\r\n\\")
	return len(text) > 0 && text[len(text)-1] == '+'
}

// trimPlaylist returns what belongs to the URL of what stands between its extension and the end of the string. A comma
// may be in a query, but not where the next playlist of a list follows.
func trimPlaylist(rest []byte) []byte {
	separators := ",;)]"
	if len(rest) > 0 && rest[0] == '?' {
		separators = ",;"
		if next, _ := nextExtension(rest, 0); next < 0 {
			separators = ""
		}
	}
	if i := bytes.IndexAny(rest, separators); i >= 0 {
		rest = rest[:i]
	}
	return bytes.TrimRight(rest, ".,;:")
}

// innermost returns the last URL that begins in path, and whether it was escaped as a parameter: a player's URL has
// the playlist's in it, and lists have labels before theirs.
func innermost(path []byte) (ref []byte, escaped bool) {
	if i := lastScheme(path, "%3A%2F%2F"); i > 0 {
		if plain, err := url.QueryUnescape(string(path[i:])); err == nil {
			return []byte(plain), true
		}
	}
	if i := lastScheme(path, "://"); i >= 0 {
		return path[i:], false
	}
	return bytes.TrimLeft(path, ",;=(["), false
}

// lastScheme returns where the last "http" or "https" before separator begins, or -1.
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

// isName tells whether what stands before the extension is the name of a file, and no pattern that makes or matches
// names.
func isName(ref []byte) bool {
	end, _ := nextExtension(ref, 0)
	if end <= 0 || !isWord(ref[end-1]) && bytes.IndexByte([]byte(")-~=!"), ref[end-1]) < 0 && ref[end-1] < 0x80 {
		return false
	}
	return !bytes.ContainsAny(ref[:end], `\*$^[]+|`) && !hasVerb(ref[:end])
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
