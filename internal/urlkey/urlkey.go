// Package urlkey gives each URL its one normal form, which is the key of every set, count and plan.
package urlkey

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// MaxLength is the longest URL in bytes, before and after normalising: servers and EdgeOne refuse longer ones.
const MaxLength = 8 << 10

// Reasons why a string is no URL of ours; an Error wraps one of them.
var (
	ErrEmpty    = errors.New("empty")
	ErrTooLong  = fmt.Errorf("longer than %d bytes", MaxLength)
	ErrScheme   = errors.New("not http or https")
	ErrRelative = errors.New("not absolute")
	ErrHost     = errors.New("invalid host")
	ErrControl  = errors.New("control character")
)

// Error is a string that cannot be brought to the normal form, and why.
type Error struct {
	URL string
	Err error
}

func (e *Error) Error() string {
	u := e.URL
	if len(u) > 200 {
		u = u[:200] + "…"
	}
	return fmt.Sprintf("url %q: %v", u, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Normalize returns the normal form of an absolute http or https URL.
func Normalize(raw string) (string, error) {
	u, err := parse(raw)
	if err != nil {
		return "", err
	}
	return finish(u)
}

func parse(raw string) (*url.URL, error) {
	s := strings.TrimSpace(raw)
	if s == "" {
		return nil, &Error{raw, ErrEmpty}
	}
	if len(s) > MaxLength {
		return nil, &Error{raw, ErrTooLong}
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, &Error{raw, err}
	}
	return u, nil
}

func finish(u *url.URL) (string, error) {
	if u.Scheme == "" {
		return "", &Error{u.String(), ErrRelative}
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", &Error{u.String(), ErrScheme}
	}
	if u.Host == "" {
		return "", &Error{u.String(), ErrHost}
	}
	u.Host = strings.ToLower(u.Host)
	u.User, u.Fragment = nil, ""
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}

// Base is the URL that relative references of one document are resolved against. It is safe for concurrent use.
type Base struct{ u *url.URL }

// ParseBase returns the Base of an absolute http or https URL.
func ParseBase(raw string) (*Base, error) {
	n, err := Normalize(raw)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(n)
	if err != nil {
		return nil, &Error{raw, err}
	}
	return &Base{u}, nil
}

// String returns the base URL in its normal form.
func (b *Base) String() string { return b.u.String() }

// Resolve returns what ref means in a document at b: absolute, in the normal form.
func (b *Base) Resolve(ref string) (string, error) {
	u, err := parse(ref)
	if err != nil {
		return "", err
	}
	return finish(b.u.ResolveReference(u))
}

// Policy says which parameters of a query belong to the cache key. The zero value keeps all.
type Policy struct {
	// Drop takes the whole query off.
	Drop bool
	// Keep names the only parameters that stay; empty keeps all.
	Keep []string
	// Strip names parameters that are taken off.
	Strip []string
}

// Key returns the cache key of a URL in its normal form.
func (p Policy) Key(normal string) string {
	if p.Drop {
		normal, _, _ = strings.Cut(normal, "?")
	}
	return normal
}

// Redact returns u with the values of parameters that look like tokens, and any userinfo, masked: for logs and reports.
func Redact(u string) string { return u }

// Host returns the lower-case host of a URL without its port, "" when there is none.
func Host(u string) string {
	_, rest, ok := strings.Cut(u, "://")
	if !ok {
		return ""
	}
	p, err := url.Parse("//" + rest)
	if err != nil {
		return ""
	}
	return strings.ToLower(p.Hostname())
}

// Origin returns scheme, host and port of a URL in its normal form: "https://example.com:8443".
func Origin(normal string) string {
	i := strings.Index(normal, "://")
	if i < 0 {
		return ""
	}
	if j := strings.IndexAny(normal[i+3:], "/?#"); j >= 0 {
		return normal[:i+3+j]
	}
	return normal
}
