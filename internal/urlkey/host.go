package urlkey

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxHost is the longest name that DNS can carry.
const maxHost = 253

// names maps a host as browsers do: UTS 46, not transitional, and lenient about hyphens and underscores.
var names = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
	idna.CheckHyphens(false),
)

// appendAuthority appends host and port, the port only where it is not the scheme's own. Userinfo is left out.
func appendAuthority(dst []byte, scheme, authority string) ([]byte, error) {
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	host, port, ok := splitPort(authority)
	if !ok {
		return nil, ErrHost
	}
	if host == "" && port == "" && !special(scheme) {
		return dst, nil
	}
	dst, ok = appendHost(dst, host)
	if !ok {
		return nil, ErrHost
	}
	if port != "" && !(scheme == "http" && port == "80" || scheme == "https" && port == "443") {
		dst = append(append(dst, ':'), port...)
	}
	return dst, nil
}

// splitPort splits off the port, without leading zeros.
func splitPort(authority string) (host, port string, ok bool) {
	i := strings.LastIndexByte(authority, ':')
	if i < 0 || strings.IndexByte(authority[i:], ']') >= 0 {
		return authority, "", true
	}
	host, digits := authority[:i], authority[i+1:]
	if digits == "" {
		return host, "", true
	}
	n := 0
	for j := range len(digits) {
		if digits[j] < '0' || digits[j] > '9' {
			return "", "", false
		}
		if n = n*10 + int(digits[j]-'0'); n > 65535 {
			return "", "", false
		}
	}
	if port = strings.TrimLeft(digits, "0"); port == "" {
		port = "0"
	}
	return host, port, true
}

// appendHost appends a name or an address in its one spelling.
func appendHost(dst []byte, host string) ([]byte, bool) {
	if strings.HasPrefix(host, "[") {
		return appendIPv6(dst, host)
	}
	name, ok := registeredName(host)
	if !ok {
		return nil, false
	}
	if !endsInNumber(name) {
		return append(dst, name...), true
	}
	addr, ok := parseIPv4(name)
	if !ok {
		return nil, false
	}
	return netip.AddrFrom4(addr).AppendTo(dst), true
}

func appendIPv6(dst []byte, host string) ([]byte, bool) {
	if !strings.HasSuffix(host, "]") {
		return nil, false
	}
	addr, err := netip.ParseAddr(host[1 : len(host)-1])
	if err != nil || !addr.Is6() || addr.Zone() != "" {
		return nil, false
	}
	return append(addr.AppendTo(append(dst, '[')), ']'), true
}

// registeredName returns a host name in lower case and punycode, without the dot of the root.
func registeredName(host string) (string, bool) {
	host, ok := unescape(host)
	if !ok {
		return "", false
	}
	name := strings.ToLower(host)
	if !isASCII(name) || strings.Contains(name, "xn--") {
		var err error
		if name, err = names.ToASCII(host); err != nil {
			return "", false
		}
	}
	name = strings.TrimSuffix(name, ".")
	return name, validName(name)
}

// validName tells whether name has no empty label and nothing in it that would end a host or start something else.
func validName(name string) bool {
	if name == "" || len(name) > maxHost {
		return false
	}
	previous := byte('.')
	for i := range len(name) {
		c := name[i]
		if class[c]&inHost == 0 && c != '.' && strings.IndexByte("!$&'()*+,;=~", c) < 0 || c == '.' && previous == '.' {
			return false
		}
		previous = c
	}
	return previous != '.'
}

func unescape(host string) (string, bool) {
	if strings.IndexByte(host, '%') < 0 {
		return host, utf8.ValidString(host)
	}
	out := make([]byte, 0, len(host))
	for i := 0; i < len(host); i++ {
		c := host[i]
		if c == '%' {
			v, ok := escape(host, i)
			if !ok {
				return "", false
			}
			c = v
			i += 2
		}
		out = append(out, c)
	}
	return string(out), utf8.Valid(out)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
