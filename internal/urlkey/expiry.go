package urlkey

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Expiry returns when a signed URL says that it ends; false where it is not signed or does not say. It knows the Expires of
// CloudFront and S3, the X-Amz- and X-Goog- parameters of version 4 signatures, se of Azure's, exp in Akamai's tokens, and
// parameters of such names beside any signature. Times that many schemes count from another, as that of auth_key, say nothing.
func Expiry(u string) (time.Time, bool) {
	_, query, _ := strings.Cut(u, "?")
	if !strings.Contains(query, "xp") && !strings.Contains(query, "se=") {
		return time.Time{}, false // mostly, and cheap to know
	}
	query, _, _ = strings.Cut(query, "#")
	var s signed
	for param := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(param, "=")
		if plain, err := url.QueryUnescape(value); err == nil {
			s.take(strings.ToLower(name), plain)
		}
	}
	return s.ends()
}

// signed is what the parameters of a URL say of its signature.
type signed struct {
	isSigned bool
	at       time.Time // when it ends
	begun    time.Time // of a version 4 signature, whose lifetime is counted from it
	lifetime time.Duration
}

func (s *signed) take(name, value string) {
	switch name {
	case "expires", "expire", "exp", "expiry", "x-expires":
		s.at = unixTime(value)
	case "x-amz-expires", "x-goog-expires":
		if n, err := strconv.ParseUint(value, 10, 31); err == nil {
			s.lifetime = time.Duration(n) * time.Second
		}
	case "x-amz-date", "x-goog-date":
		s.begun, _ = time.Parse("20060102T150405Z", value)
	case "se":
		if t, err := time.Parse(time.RFC3339, value); err == nil {
			s.at = t
		}
	case "hdnts", "hdnea", "hdntl":
		for field := range strings.SplitSeq(value, "~") {
			if end, ok := strings.CutPrefix(field, "exp="); ok {
				s.at = unixTime(end)
			}
		}
	}
	s.isSigned = s.isSigned || value != "" && IsSecret(name)
}

func (s *signed) ends() (time.Time, bool) {
	if s.at.IsZero() && !s.begun.IsZero() && s.lifetime > 0 {
		s.at = s.begun.Add(s.lifetime)
	}
	return s.at, s.isSigned && !s.at.IsZero()
}

// unixTime reads seconds since 1970 of a time from 2001 on; the zero time for anything else.
func unixTime(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1e9 || n >= 1e11 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}
