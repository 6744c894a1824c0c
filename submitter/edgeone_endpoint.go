package submitter

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

var (
	errPlainHTTP    = errors.New("plain http is only for this machine: 127.0.0.1, ::1 or localhost")
	errEndpointForm = errors.New("want a host name such as " + DefaultEndpoint + ", or a URL with no path")
)

// CheckEndpoint says whether EdgeOne could use an endpoint, without asking it anything.
func CheckEndpoint(endpoint string) error {
	_, _, err := parseEndpoint(endpoint)
	return err
}

// parseEndpoint gives the scheme, in the SDK's capitals, and the host with its port.
func parseEndpoint(endpoint string) (scheme, host string, err error) {
	if endpoint == "" {
		return "HTTPS", DefaultEndpoint, nil
	}
	raw := endpoint
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return "", "", fmt.Errorf("endpoint %q: %w", redactUser(endpoint), errEndpointForm)
	}
	switch u.Scheme {
	case "https":
	case "http":
		if !isLoopback(u.Hostname()) {
			return "", "", fmt.Errorf("endpoint %q: %w", endpoint, errPlainHTTP)
		}
	default:
		return "", "", fmt.Errorf("endpoint %q: %w", endpoint, errEndpointForm)
	}
	return strings.ToUpper(u.Scheme), strings.ToLower(u.Host), nil
}

// redactUser leaves out what stands before an @: it may be a password.
func redactUser(endpoint string) string {
	if i := strings.LastIndexByte(endpoint, '@'); i >= 0 {
		return "…" + endpoint[i:]
	}
	return endpoint
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
