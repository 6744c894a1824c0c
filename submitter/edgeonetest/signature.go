package edgeonetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxAge is how far a request's time may be from the API's.
const maxAge = 5 * time.Minute

const algorithm = "TC3-HMAC-SHA256"

// authorization is the parts of the header of that name.
type authorization struct {
	secretID, date, service, end string
	signedHeaders, signature     string
}

// parseAuthorization reads "TC3-HMAC-SHA256 Credential=ID/DATE/SERVICE/tc3_request, SignedHeaders=a;b, Signature=hex".
func parseAuthorization(header string) (a authorization, ok bool) {
	rest, ok := strings.CutPrefix(header, algorithm+" ")
	if !ok {
		return a, false
	}
	var credential string
	for part := range strings.SplitSeq(rest, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch key {
		case "Credential":
			credential = value
		case "SignedHeaders":
			a.signedHeaders = value
		case "Signature":
			a.signature = value
		}
	}
	scope := strings.Split(credential, "/")
	if len(scope) != 4 || a.signature == "" || a.signedHeaders == "" {
		return a, false
	}
	a.secretID, a.date, a.service, a.end = scope[0], scope[1], scope[2], scope[3]
	return a, true
}

// verify says which account signed the request, by the public description of signature v3. The lock is held.
func (s *Simulator) verify(c *call, r *http.Request) (*Account, *answer) {
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); r.Method != http.MethodPost || kind != "application/json" {
		return nil, refused("UnsupportedProtocol", "only POST with application/json is simulated")
	}
	a, ok := parseAuthorization(r.Header.Get("Authorization"))
	if !ok {
		return nil, refused("AuthFailure.InvalidAuthorization", "the header Authorization does not have the form of %s", algorithm)
	}
	stamp := r.Header.Get("X-Tc-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return nil, refused("MissingParameter", "the header X-TC-Timestamp is missing, or is no number")
	}
	sent := time.Unix(seconds, 0).UTC()
	switch {
	case a.service != "teo" || a.end != "tc3_request" || a.date != sent.Format(time.DateOnly):
		return nil, refused("AuthFailure.InvalidAuthorization", "the credential scope is not of this service and day")
	case c.now.Sub(sent).Abs() > maxAge:
		return nil, refused("AuthFailure.SignatureExpire", "the signature is of another time: the difference is more than 5 minutes")
	}
	account := s.account(a.secretID)
	switch {
	case account == nil:
		return nil, refused("AuthFailure.SecretIdNotFound", "the SecretId is not found")
	case account.Token != r.Header.Get("X-Tc-Token"):
		return nil, refused("AuthFailure.TokenFailure", "the token is missing, or is of other credentials")
	}
	canonical, ok := canonicalRequest(r, a.signedHeaders, c.body)
	if !ok || !hmac.Equal([]byte(a.signature), []byte(sign(account.SecretKey, a, stamp, canonical))) {
		return nil, refused("AuthFailure.SignatureFailure", "the signature is not the one that was computed")
	}
	return account, nil
}

func (s *Simulator) account(id string) *Account {
	for i := range s.o.Accounts {
		if s.o.Accounts[i].SecretID == id {
			return &s.o.Accounts[i]
		}
	}
	return nil
}

// canonicalRequest is false when the signed headers are not what they must be: content-type and host at least, in lower
// case and in order.
func canonicalRequest(r *http.Request, signedHeaders string, body []byte) (string, bool) {
	names := strings.Split(signedHeaders, ";")
	if !slices.IsSorted(names) || !slices.Contains(names, "content-type") || !slices.Contains(names, "host") {
		return "", false
	}
	var headers strings.Builder
	for _, name := range names {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		if name != strings.ToLower(name) || value == "" {
			return "", false
		}
		headers.WriteString(name + ":" + strings.ToLower(strings.TrimSpace(value)) + "\n")
	}
	if r.Header.Get("X-Tc-Content-Sha256") == "UNSIGNED-PAYLOAD" {
		body = []byte("UNSIGNED-PAYLOAD")
	}
	return strings.Join([]string{r.Method, "/", r.URL.RawQuery, headers.String(), signedHeaders, digest(body)}, "\n"), true
}

// sign derives the key of the day and service, and signs.
func sign(secretKey string, a authorization, stamp, canonical string) string {
	scope := a.date + "/" + a.service + "/" + a.end
	text := strings.Join([]string{algorithm, stamp, scope, digest([]byte(canonical))}, "\n")
	key := mac(mac(mac([]byte("TC3"+secretKey), a.date), a.service), a.end)
	return hex.EncodeToString(mac(key, text))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
