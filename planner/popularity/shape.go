package popularity

import (
	"strconv"
	"strings"
)

// numbered is a name that counts: seg-00012.ts is 12 between seg- and .ts.
type numbered struct {
	before, after string
	number        uint64
}

// maxNumber is the longest number that is read: nanoseconds since 1970 have as many digits.
const maxNumber = 19

// countedName finds the number by which the segments of one rendition differ: the last of the name, without its suffix,
// that is not one of those which packagers add for the stream, as in seg-12-f1-v1-a1.ts, 12_1080p.ts and 12_800k.ts.
func countedName(url string) (numbered, bool) {
	name := strings.LastIndexByte(url, '/') + 1
	end := len(url)
	if dot := strings.LastIndexByte(url[name:], '.'); dot > 0 {
		end = name + dot
	}
	for {
		from, to := lastNumber(url, name, end)
		if from == to || to-from > maxNumber {
			return numbered{}, false
		}
		if !isStream(url, name, from, to) {
			n, err := strconv.ParseUint(url[from:to], 10, 64)
			return numbered{url[:from], url[to:], n}, err == nil
		}
		end = from
	}
}

// isOf tells whether a name differs in the number only, so that countedName finds it in the same place.
func (n *numbered) isOf(url string) bool {
	digits := len(url) - len(n.before) - len(n.after)
	if digits < 1 || digits > maxNumber || url[:len(n.before)] != n.before || url[len(url)-len(n.after):] != n.after {
		return false
	}
	for i := range digits {
		if !isDigit(url[len(n.before)+i]) {
			return false
		}
	}
	return true
}

// lastNumber is where the last run of digits of url[from:end] is.
func lastNumber(url string, from, end int) (int, int) {
	to := end
	for to > from && !isDigit(url[to-1]) {
		to--
	}
	start := to
	for start > from && isDigit(url[start-1]) {
		start--
	}
	return start, to
}

// isStream tells a number that names a stream: v1, a1, f1 and x3 behind a hyphen, and what ends in p or k.
func isStream(url string, name, from, to int) bool {
	if to < len(url) && (url[to] == 'p' || url[to] == 'k') && from > name {
		return true
	}
	return from-2 > name && url[from-2] == '-' && strings.IndexByte("fvasx", url[from-1]) >= 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// shape is a path with # in place of each number.
func shape(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if !isDigit(path[i]) {
			b.WriteByte(path[i])
		} else if i == 0 || !isDigit(path[i-1]) {
			b.WriteByte('#')
		}
	}
	return b.String()
}

// folder is the path up to its last part, with the slash: that of vod/a/ and vod/a is vod/.
func folder(path string) string {
	path = strings.TrimSuffix(path, "/")
	return path[:strings.LastIndexByte(path, '/')+1]
}

// directory is the path up to its last slash, which is included.
func directory(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path[:strings.LastIndexByte(path, '/')+1]
}

// suffix is what follows the last dot of a name, in lower case; empty for none.
func suffix(url string) string {
	url, _, _ = strings.Cut(url, "?")
	name := url[strings.LastIndexByte(url, '/')+1:]
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot <= 8 {
		return strings.ToLower(name[dot+1:])
	}
	return ""
}

func isPlaylist(suffix string) bool { return suffix == "m3u8" || suffix == "mpd" }

// isSegment tells the suffixes of segments. Those of whole files, such as mp4, say nothing.
func isSegment(suffix string) bool {
	switch suffix {
	case "ts", "m4s", "m4v", "m4a", "cmfv", "cmfa", "cmft", "aac":
		return true
	}
	return false
}
