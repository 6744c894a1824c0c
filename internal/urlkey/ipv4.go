package urlkey

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
)

// endsInNumber tells whether browsers and inet_aton take a host for an IPv4 address: by its last label.
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "" {
		return false
	}
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	return strings.HasPrefix(last, "0x") && strings.Trim(last[2:], "0123456789abcdef") == ""
}

// parseIPv4 reads an address in any of its spellings: 127.0.0.1, 127.1, 2130706433, 0x7f.1, 0177.0.0.1. Writing them in
// one makes it plain to every check that follows which address is meant.
func parseIPv4(name string) (addr [4]byte, ok bool) {
	parts := strings.Split(name, ".")
	if len(parts) > 4 {
		return addr, false
	}
	var value uint64
	for i, part := range parts {
		n, ok := parseNumber(part)
		limit := uint64(math.MaxUint8)
		if i == len(parts)-1 {
			limit = 1<<(8*(5-len(parts))) - 1
		}
		if !ok || n > limit {
			return addr, false
		}
		if i == len(parts)-1 {
			value |= n
		} else {
			value |= n << (8 * (3 - i))
		}
	}
	binary.BigEndian.PutUint32(addr[:], uint32(value))
	return addr, true
}

// parseNumber reads a decimal, octal (0…) or hexadecimal (0x…) number; "0x" alone is nought.
func parseNumber(s string) (uint64, bool) {
	base := 10
	switch {
	case strings.HasPrefix(s, "0x"):
		if s, base = s[2:], 16; s == "" {
			return 0, true
		}
	case len(s) > 1 && s[0] == '0':
		s, base = s[1:], 8
	}
	if strings.Trim(s, "0123456789abcdef") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil
}
