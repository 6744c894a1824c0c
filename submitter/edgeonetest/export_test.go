package edgeonetest

import (
	"net/http"
	"strconv"
	"time"
)

// Sign signs a request for the tests, which check the signer itself against the published example.
func Sign(r *http.Request, body []byte, id, key string, at time.Time) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-TC-Timestamp", stamp)
	a := authorization{secretID: id, date: at.UTC().Format(time.DateOnly), service: "teo", end: "tc3_request", signedHeaders: "content-type;host"}
	canonical, _ := canonicalRequest(r, a.signedHeaders, body)
	r.Header.Set("Authorization", "TC3-HMAC-SHA256 Credential="+id+"/"+a.date+"/teo/tc3_request, SignedHeaders="+a.signedHeaders+", Signature="+sign(key, a, stamp, canonical))
}
