package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// RedirectError says why a redirect was not followed.
type RedirectError struct {
	// Reason is in words.
	Reason string
	// Chain are the URLs from the one that was asked for to the one that was not followed.
	Chain []string
}

func (e *RedirectError) Error() string {
	shorts := make([]string, len(e.Chain))
	for i, u := range e.Chain {
		shorts[i] = shown(u)
	}
	return fmt.Sprintf("%s: %s", e.Reason, strings.Join(shorts, " → "))
}

// isRedirect tells the statuses whose Location a GET follows.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// target is where a response sends us. from is its URL, chain what led there with from as its last.
func (c *Client) target(from *url.URL, location string, chain []string) (*url.URL, error) {
	if location == "" {
		return nil, &RedirectError{"redirect without a Location", chain}
	}
	to, err := from.Parse(location)
	if err != nil {
		return nil, &RedirectError{"redirect to what is no URL: " + reason(err), append(chain, location)}
	}
	to.Fragment, to.RawFragment = "", ""
	return to, c.follow(from, to, append(chain[:len(chain):len(chain)], to.String()))
}

// follow is the policy for one hop. chain ends with to.
func (c *Client) follow(from, to *url.URL, chain []string) error {
	switch {
	case c.Stay:
		return &RedirectError{"redirect is not followed", chain}
	case to.Scheme != "http" && to.Scheme != "https":
		return &RedirectError{fmt.Sprintf("redirect to %.20q is refused", to.Scheme), chain}
	case from.Scheme == "https" && to.Scheme == "http" && !c.Downgrade:
		return &RedirectError{"redirect from https to http is refused", chain}
	case len(chain[len(chain)-1]) > MaxURL:
		return &RedirectError{fmt.Sprintf("redirect to a URL longer than %d bytes", MaxURL), chain}
	case len(chain) > MaxRedirects+1:
		return &RedirectError{fmt.Sprintf("stopped after %d redirects", MaxRedirects), chain}
	}
	for _, seen := range chain[:len(chain)-1] {
		if seen == chain[len(chain)-1] {
			return &RedirectError{"redirects in a circle", chain}
		}
	}
	if from.Scheme != to.Scheme && to.Scheme == "http" {
		c.warn(chain[len(chain)-2], "redirects from https to http: followed without credentials")
	}
	return nil
}

// CheckRedirect is the same policy for an http.Client over Transport.
func (c *Client) CheckRedirect(req *http.Request, via []*http.Request) error {
	chain := make([]string, 0, len(via)+1)
	for _, r := range via {
		chain = append(chain, r.URL.String())
	}
	return c.follow(via[len(via)-1].URL, req.URL, append(chain, req.URL.String()))
}

// reason is the text of an error of net/url without the URL that it quotes.
func reason(err error) string {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
