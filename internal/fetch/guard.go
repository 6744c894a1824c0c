package fetch

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// BlockedError says that something was not connected to, and no byte was sent.
type BlockedError struct {
	// Target is the address, host or port.
	Target string
	// Kind is what it is: private, loopback, link-local, metadata service …, port, number, scheme.
	Kind string
}

func (e *BlockedError) Error() string {
	switch e.Kind {
	case "port":
		return fmt.Sprintf("port %.20q is not allowed", e.Target)
	case "number":
		return fmt.Sprintf("host %.60q is an address in disguise", e.Target)
	case "scheme":
		return fmt.Sprintf("scheme %.20q is not fetched", e.Target)
	case "host":
		return "no host"
	}
	return fmt.Sprintf("%s is a private address (%s)", e.Target, e.Kind)
}

// guard says what may be connected to.
type guard struct {
	private  bool
	networks []netip.Prefix
	ports    []string
}

// check looks at a URL before anything is done for it, for what can be told from its text. Names are left to control.
func (g *guard) check(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return &BlockedError{Target: u.Scheme, Kind: "scheme"}
	}
	host := u.Hostname()
	if host == "" {
		return &BlockedError{Kind: "host"}
	}
	if err := g.port(strings.ToLower(host), u.Port()); err != nil {
		return err
	}
	if isLocalhost(host) {
		return g.address(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	if !isNumber(host) {
		return nil
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return &BlockedError{Target: host, Kind: "number"}
	}
	return g.address(addr)
}

// control is called with the address that a socket is about to be connected to.
func (g *guard) control(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return &BlockedError{Target: address, Kind: "number"}
	}
	if err := g.port("", strconv.Itoa(int(to.Port()))); err != nil {
		return err
	}
	return g.address(to.Addr())
}

func (g *guard) address(a netip.Addr) error {
	kind := classify(a)
	if kind == "" {
		return nil
	}
	if kind != "metadata service" {
		plain := a.Unmap().WithZone("")
		if g.private || slices.ContainsFunc(g.networks, func(p netip.Prefix) bool { return p.Contains(plain) }) {
			return nil
		}
	}
	return &BlockedError{Target: a.String(), Kind: kind}
}

// port allows the two of the web and those that were given. At the socket, where the host is not known any more, a port
// that was given for one host is allowed: the URL's own check has had its say.
func (g *guard) port(host, port string) error {
	if g.private || port == "" || port == "80" || port == "443" {
		return nil
	}
	for _, p := range g.ports {
		of, number, single := strings.Cut(p, ":")
		if !single && p == port || single && number == port && (host == "" || host == strings.ToLower(of)) {
			return nil
		}
	}
	return &BlockedError{Target: port, Kind: "port"}
}

// isLocalhost knows the names that are loopback whatever a resolver says (RFC 6761).
func isLocalhost(host string) bool {
	host = strings.TrimSuffix(host, ".")
	const name = "localhost"
	if len(host) < len(name) || !strings.EqualFold(host[len(host)-len(name):], name) {
		return false
	}
	return len(host) == len(name) || host[len(host)-len(name)-1] == '.'
}

// isNumber knows addresses, and the spellings that a resolver may take for one though they are no dotted quad, as
// 2130706433, 0x7f000001, 127.1 or 0177.0.0.1: no name ends in a label that is a number.
func isNumber(host string) bool {
	if strings.Contains(host, ":") {
		return true
	}
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return false
	}
	if hex, ok := strings.CutPrefix(strings.ToLower(last), "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}
