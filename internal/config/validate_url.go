package config

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// endpoint checks that the API is a host, reached over TLS, or a simulator on loopback, where plain HTTP harms nobody.
func (d *decoder) endpoint(s string) {
	const key = "account.endpoint"
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		scheme, rest = "https", s
	}
	u, err := url.Parse(scheme + "://" + rest)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(s, " \t"):
		d.wrong(key, "write teo.intl.tencentcloudapi.com, teo.tencentcloudapi.com or http://127.0.0.1:PORT of a simulator", "%s is not the host of an API", key)
	case scheme == "http" && !isLoopback(u.Hostname()):
		d.wrong(key, "write the host alone: it is reached over https", "%s is plain http, which only a simulator on loopback may be", key)
	case scheme != "http" && scheme != "https":
		d.wrong(key, "write the host alone: it is reached over https", "%s begins with %s://", key, scheme)
	}
}

func isLoopback(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// zones checks the zones and brings their hosts to the form in which hosts of URLs are compared.
func (d *decoder) zones(zones map[string][]string) {
	owner := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(zones)) {
		key := join("account.zones", id)
		if d.config.Account.API == httpAPI && zoneName.MatchString(id) {
			// The name is the user's own.
		} else if !zoneID.MatchString(id) {
			d.wrong(key, "copy the zone's ID from the EdgeOne console", "account.zones has %s, which is not the ID of a zone such as zone-2o1t7p6a", show(id))
			continue
		}
		if len(zones[id]) == 0 {
			d.wrong(key, "list them, or leave account.zones out to have them asked from the API", "%s has no hosts", key)
		}
		for i, raw := range zones[id] {
			item := fmt.Sprintf("%s[%d]", key, i)
			host, ok := normalHost(raw)
			switch {
			case !ok:
				d.wrong(item, "write cdn.example.com or *.example.com", "%s is %s, which is not a host name", item, show(raw))
			case owner[host] != "" && owner[host] != id:
				d.wrong(item, "", "%s is %s, which %s has already", item, show(raw), owner[host])
			default:
				zones[id][i], owner[host] = host, id
			}
		}
	}
}

// normalHost is a host as urlkey writes it in a URL, without the port, which zones do not look at.
func normalHost(raw string) (string, bool) {
	host := strings.TrimSuffix(strings.TrimSpace(raw), ".")
	star := ""
	if rest, ok := strings.CutPrefix(host, "*."); ok {
		star, host = "*.", rest
	}
	if host == "" || strings.ContainsAny(host, "/*@?# ") {
		return "", false
	}
	normal, err := urlkey.Normalize("http://" + host + "/")
	if err != nil {
		return "", false
	}
	host = urlkey.Host(normal)
	return star + host, host != ""
}

// url checks that a value is an absolute http or https URL. It is shown with its secrets masked, or not at all.
func (d *decoder) url(key, raw string) {
	if _, err := urlkey.Normalize(raw); err == nil {
		return
	}
	hint := "write it in full, such as https://www.example.com/"
	scheme, rest, found := strings.Cut(raw, ":")
	switch {
	case raw == "":
		d.wrong(key, hint, "%s is empty", key)
	case !found && !strings.ContainsAny(raw, "@?/ ") || !found && strings.Contains(raw, ".") && !strings.ContainsAny(raw, "@? "):
		d.wrong(key, "did you mean https://"+raw+"?", "%s is %s, which has no scheme", key, show(raw))
	case strings.HasPrefix(rest, "//") && isWord(scheme) && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		d.wrong(key, hint, "%s begins with %s://; only http and https are read", key, scheme)
	default:
		d.wrong(key, hint, "%s is not an http or https URL", key)
	}
}

func isWord(s string) bool {
	return s != "" && len(s) < 20 && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789+-.") == ""
}

// dsnWord is in a DSN that is no URL, and so would be taken for the name of a file: host=db password=….
var dsnWord = regexp.MustCompile(`\b(host|dbname|user|password)\s*=`)

// state checks that the ledger is a file or a database of PostgreSQL. What is said of it holds no password.
func (d *decoder) state(s string) {
	const key = "state"
	d.text(key, s)
	const hint = "write the path of a file, or postgres://USER@HOST/DATABASE"
	scheme, _, found := strings.Cut(s, "://")
	switch {
	case found && scheme != "postgres" && scheme != "postgresql":
		d.wrong(key, hint, "%s begins with %s://", key, scheme)
	case !found && dsnWord.MatchString(s):
		d.wrong(key, hint, "%s is a DSN of keywords", key)
	}
}
