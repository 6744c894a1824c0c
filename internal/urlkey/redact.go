package urlkey

import "strings"

// mask stands where a secret stood.
const mask = "xxxxx"

// secretParts are what a parameter's name contains when its value lets its bearer in.
var secretParts = []string{
	"token", "secret", "signature", "passw", "credential", "hmac", "jwt", "session", "apikey", "api_key", "api-key",
	"authkey", "policy", "hdnts", "hdnea", "hdntl",
}

// secretWords are names, or words of names that "-", "_" or "." join, that mean the same.
var secretWords = []string{"sign", "sig", "auth", "authorization", "key", "pwd", "pass", "code", "otp", "sid"}

// Redact returns u for logs and reports: userinfo, and the values of parameters that look like tokens or signatures, are
// masked, in the query as in the fragment. Plans keep the real URL, as it is the cache key. u may be anything.
func Redact(u string) string {
	u = redactUser(u)
	i := strings.IndexAny(u, "?#")
	if i < 0 {
		return u
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(u[:i+1])
		u = u[i+1:]
		i = strings.IndexAny(u, "&?#;")
		param := u
		if i >= 0 {
			param = u[:i]
		}
		if name, value, _ := strings.Cut(param, "="); value != "" && IsSecret(name) {
			b.WriteString(name + "=" + mask)
			u, i = u[len(param):], min(i, 0)
		}
	}
	b.WriteString(u)
	return b.String()
}

// redactUser masks what stands before "@" in the authority, however the slashes before it are written.
func redactUser(u string) string {
	start := 0
	for start < len(u) && u[start] <= ' ' {
		start++
	}
	if i := schemeEnd(u[start:]); i > 0 {
		start += i + 1
	}
	slashes := start
	for start < len(u) && (u[start] == '/' || u[start] == '\\') {
		start++
	}
	end := len(u)
	if i := strings.IndexAny(u[start:], `/?#\`); i >= 0 {
		end = start + i
	}
	at := strings.LastIndexByte(u[start:end], '@')
	if at < 0 || start == slashes && !special(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(u[:start])), ":")) {
		return u
	}
	return u[:start] + mask + u[start+at:]
}

// IsSecret tells whether a query parameter of that name holds what a log must not show: sign, auth_key, X-Amz-Signature.
func IsSecret(name string) bool {
	name = strings.ToLower(name)
	for _, part := range secretParts {
		if strings.Contains(name, part) {
			return true
		}
	}
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		for _, secret := range secretWords {
			if word == secret {
				return true
			}
		}
	}
	return false
}
