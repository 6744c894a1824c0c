package warm

import (
	"maps"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/page"
)

// resourceOf is what the name of a URL tells of it, where nothing else does.
func resourceOf(url string) crawler.Resource {
	kind, ok := fileKind(url)
	if !ok {
		kind = crawler.Kind(page.KindOf(url))
	}
	return crawler.Resource{URL: url, Kind: kind}
}

// anyHost stands for the host of logs that name none, when the config names none either: a path counts on every host.
const anyHost = "any.invalid"

// wholeURL is a URL as a counter gives it, with a host.
func (w *Warmer) wholeURL(url string) string {
	if !strings.HasPrefix(url, "/") {
		return url
	}
	host := anyHost
	for _, h := range w.hosts() {
		if !strings.Contains(h, "*") {
			host = h
			break
		}
	}
	return "https://" + host + url
}

// hosts are those of all zones that the config names, in order.
func (w *Warmer) hosts() []string {
	return slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Values(w.Config.Account.Zones))...)))
}
