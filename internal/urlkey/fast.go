package urlkey

// text is what a reference comes in; the fast path reads either without a conversion.
type text interface{ ~string | ~[]byte }

// normalTail tells whether s from i on, which begins a path segment, is path and query in their normal form, with
// nothing in it that resolving would take away. It may say no to what is normal, never yes to what is not. colon says
// whether a colon may stand in the first segment, where it could end a scheme.
func normalTail[T text](s T, i int, colon bool) bool {
	if i < len(s) && s[i] == '.' {
		return false
	}
	for i < len(s) {
		c := s[i]
		if class[c]&inPath != 0 && (c != ':' || colon) {
			i++
			continue
		}
		switch c {
		case '/':
			if i+1 < len(s) && s[i+1] == '.' {
				return false // perhaps a dot segment
			}
			colon = true
			i++
		case '?':
			return i+1 < len(s) && normalQuery(s, i+1)
		case '%':
			if !normalEscape(s, i) {
				return false
			}
			i += 3
		default:
			return false
		}
	}
	return true
}

// normalQuery tells whether s from i on is a query in its normal form.
func normalQuery[T text](s T, i int) bool {
	for i < len(s) {
		c := s[i]
		switch {
		case class[c]&inQuery != 0:
			i++
		case c == '%' && normalEscape(s, i):
			i += 3
		default:
			return false
		}
	}
	return true
}

// normalEscape tells whether an escape in upper case that must stay one begins at s[i].
func normalEscape[T text](s T, i int) bool {
	if i+2 >= len(s) || s[i+1] >= 'a' || s[i+2] >= 'a' {
		return false
	}
	hi, ok1 := unhex(s[i+1])
	lo, ok2 := unhex(s[i+2])
	return ok1 && ok2 && class[hi<<4|lo]&unreserved == 0
}

// isNormal tells whether s is an absolute http or https URL in its normal form. It may say no to one that is: those
// with a port, an address for a host, or punycode take the long way.
func isNormal[T text](s T) bool {
	i := afterScheme(s)
	if i == 0 || len(s) > MaxLength {
		return false
	}
	end := normalHost(s, i)
	return end > 0 && normalTail(s, end+1, true)
}

// afterScheme returns the length of "http://" or "https://" when s begins with it, else 0.
func afterScheme[T text](s T) int {
	if len(s) < 8 || s[0] != 'h' || s[1] != 't' || s[2] != 't' || s[3] != 'p' {
		return 0
	}
	i := 4
	if s[i] == 's' {
		i++
	}
	if s[i] != ':' || s[i+1] != '/' || i+2 >= len(s) || s[i+2] != '/' {
		return 0
	}
	return i + 3
}

// normalHost returns where the slash after a plain registered name stands that begins at s[i], or 0.
func normalHost[T text](s T, i int) int {
	label := i
	for j := i; j < len(s) && j-i <= maxHost; j++ {
		c := s[j]
		switch {
		case class[c]&inHost != 0:
			if c == '-' && s[j-1] == '-' {
				return 0 // perhaps punycode, which has to be checked
			}
		case c == '.' && j > label:
			label = j + 1
		case c == '/' && j > label && s[label] > '9':
			return j // the last label is a name: no IPv4 address
		default:
			return 0
		}
	}
	return 0
}
