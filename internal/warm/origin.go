package warm

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/fetch"
)

// originAsker says what the content of a URL is: an origin.
type originAsker interface {
	ask(ctx context.Context, url, known string) (validator string, err error)
	close()
}

// origin is where the content of targets comes from. It is asked as politely as the crawler asks it.
type origin struct {
	client  *fetch.Client
	rewrite []config.Rewrite
	headers map[string]string
}

// maxValidator bounds a validator, as the crawler does.
const maxValidator = 1 << 10

func (w *Warmer) newOrigin() originAsker {
	if w.origin != nil {
		return w.origin
	}
	c := w.Config.Crawl
	o := &origin{rewrite: c.Rewrite, headers: w.Config.Submit.Headers}
	o.client = &fetch.Client{
		Rate: c.Rate, Timeout: c.Timeout, PrivateNetworks: c.PrivateNetworks, MaxBody: maxProbe, MinRate: -1,
		Header: header(c.Headers),
	}
	for _, s := range w.Config.Sources {
		o.admit(s.URL)
	}
	for _, r := range c.Rewrite {
		o.admit(r.From)
	}
	return o
}

// admit lets the headers of the config go to the URL's host, and its port be reached.
func (o *origin) admit(raw string) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return
	}
	if origin := u.Scheme + "://" + u.Host; !slices.Contains(o.client.Origins, origin) {
		o.client.Origins = append(o.client.Origins, origin)
	}
	if port := u.Port(); port != "" {
		o.client.Ports = append(o.client.Ports, u.Hostname()+":"+port)
	}
}

func (o *origin) close() { o.client.Close() }

// of is where the crawler would fetch the URL from: what it rewrites, the other way round.
func (o *origin) of(url string) string {
	for _, r := range o.rewrite {
		if rest, ok := strings.CutPrefix(url, r.To); ok {
			return r.From + rest
		}
	}
	return url
}

// ask is the URL's validator, empty when it has none that can be used; known when the origin says that it is still that.
// It asks for one byte, as the variant that is warmed.
func (o *origin) ask(ctx context.Context, url, known string) (string, error) {
	h := header(o.headers)
	h.Set("Range", "bytes=0-0")
	switch {
	case isTag(known):
		h.Set("If-None-Match", known)
	case known != "":
		h.Set("If-Modified-Since", known)
	}
	resp, err := o.client.Get(ctx, o.of(url), h)
	if err != nil {
		return "", err
	}
	_ = resp.Body.Close()
	switch {
	case resp.Status == http.StatusNotModified:
		return known, nil
	case len(resp.Redirects) > 0: // it is another URL's
		return "", nil
	}
	v := cmp.Or(resp.Header.Get("Etag"), resp.Header.Get("Last-Modified"))
	if len(v) > maxValidator || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", nil
	}
	return v, nil
}
