package crawler

import (
	"net/url"
	"strings"

	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// opens reports whether a resource of the kind is a document.
func opens(k Kind) bool {
	switch k {
	case Site, Sitemap, Page, Playlist, "":
		return true
	}
	return false
}

// seedKind is what a seed's URL alone tells: the root of a host is a site, a file of media is not opened. The rest is
// told by content.
func seedKind(url string) Kind {
	if strings.TrimSuffix(url, "/") == strings.TrimSuffix(urlkey.Origin(url), "/") {
		return Site
	}
	switch k := page.KindOf(url); k {
	case page.Media, page.Image, page.Subtitle:
		return Kind(k)
	}
	return ""
}

// withScheme lets people write www.example.com or localhost:8080 for a seed.
func withScheme(seed string) string {
	seed = strings.TrimSpace(seed)
	if strings.HasPrefix(seed, "//") {
		return "https:" + seed
	}
	before, after, colon := strings.Cut(seed, ":")
	port := after != "" && after[0] >= '0' && after[0] <= '9'
	if seed == "" || seed[0] == '/' || colon && !port && !strings.ContainsAny(before, "/?#") {
		return seed
	}
	return "https://" + seed
}

// hasUser reports whether a seed that is a URL has a user or a password in it.
func hasUser(seed string) bool {
	u, err := url.Parse(withScheme(seed))
	return err == nil && u.User != nil
}
