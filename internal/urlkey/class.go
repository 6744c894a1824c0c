package urlkey

// What a byte may be in the normal form, as bits of class.
const (
	inPath     = 1 << iota // stands for itself in a path segment
	inQuery                // stands for itself in a query
	inHost                 // part of a registered name
	unreserved             // never needs an escape (RFC 3986, 2.3)
)

const upperHex = "0123456789ABCDEF"

var class = makeClass()

// makeClass follows RFC 3986 in what stands for itself, with one exception: browsers escape the apostrophe in queries,
// so that this is the spelling that caches see.
func makeClass() (t [256]uint8) {
	mark := func(chars string, bits uint8) {
		for i := range len(chars) {
			t[chars[i]] |= bits
		}
	}
	const lower, upper, digits = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	mark(lower+upper+digits+"-._~", unreserved|inPath|inQuery)
	mark("!$&()*+,;=:@", inPath|inQuery)
	mark("'", inPath)
	mark("/?", inQuery)
	mark(lower+digits+"-_", inHost)
	return t
}

// unhex returns the value of a hexadecimal digit.
func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// escape returns the byte that s[i:] escapes, when it is an escape at all.
func escape(s string, i int) (byte, bool) {
	if i+2 >= len(s) {
		return 0, false
	}
	hi, ok1 := unhex(s[i+1])
	lo, ok2 := unhex(s[i+2])
	return hi<<4 | lo, ok1 && ok2
}

// appendNormal appends s[i] in its normal spelling, allowed being the bit of what stands for itself, and returns how
// many bytes of s that took.
func appendNormal(dst []byte, s string, i int, allowed uint8) ([]byte, int) {
	c := s[i]
	if class[c]&allowed != 0 {
		return append(dst, c), 1
	}
	n := 1
	if c == '%' {
		if v, ok := escape(s, i); ok {
			c, n = v, 3
			if class[c]&unreserved != 0 {
				return append(dst, c), n
			}
		}
	}
	return append(dst, '%', upperHex[c>>4], upperHex[c&15]), n
}
