package robots

import "strings"

// pathOf returns what the rules are matched against: path and query of the URL, from its first slash, without fragment.
// It takes any string, because a rule must hold for what is no good URL as well.
func pathOf(url string) string {
	rest := url[authority(url):]
	start := strings.IndexAny(rest, "/?;#")
	if start < 0 || rest[start] == '#' {
		return "/"
	}
	path, _, _ := strings.Cut(rest[start:], "#")
	if path[0] != '/' {
		path = "/" + path
	}
	return upperEscapes(path)
}

// authority returns where the host begins: after "://", unless a path has begun before, or after the two slashes of a URL
// without a scheme.
func authority(url string) int {
	start := 0
	if strings.HasPrefix(url, "//") {
		start = 2
	}
	scheme := strings.Index(url[start:], "://")
	early := strings.IndexAny(url[start:], "/?;")
	if scheme < 0 || early >= 0 && early < scheme {
		return start
	}
	return start + scheme + len("://")
}

// upperEscapes writes %c3 as %C3, as patterns are written. A URL in its normal form costs nothing.
func upperEscapes(path string) string {
	for i := strings.IndexByte(path, '%'); i >= 0 && i+2 < len(path); {
		if isLower(path[i+1]) || isLower(path[i+2]) {
			return escapeUpper(path)
		}
		next := strings.IndexByte(path[i+1:], '%')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return path
}

func escapeUpper(path string) string {
	b := []byte(path)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' && isHex(b[i+1]) && isHex(b[i+2]) {
			b[i+1], b[i+2] = upper(b[i+1]), upper(b[i+2])
		}
	}
	return string(b)
}

func isLower(c byte) bool { return c >= 'a' && c <= 'f' }

func upper(c byte) byte {
	if isLower(c) {
		return c - 'a' + 'A'
	}
	return c
}
