package edgeonetest

import (
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

// The example of the public description of signature v3, whose keys are masked with asterisks. It publishes the hash of
// the canonical request, the derived key and the signature.
const (
	examplePayload   = `{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`
	exampleCanonical = "7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"
	exampleDerived   = "b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af"
	exampleSignature = "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
	// exampleOlder is of its older form, which signs two headers with the masked key as it stands there.
	exampleOlder = "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
)

func exampleRequest(t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, "https://cvm.tencentcloudapi.com/", strings.NewReader(examplePayload))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("X-TC-Action", "DescribeInstances")
	return r
}

func TestPublishedExample(t *testing.T) {
	t.Parallel()
	canonical, ok := canonicalRequest(exampleRequest(t), "content-type;host;x-tc-action", []byte(examplePayload))
	if got := digest([]byte(canonical)); !ok || got != exampleCanonical {
		t.Errorf("canonical request has the hash %s, want %s:\n%s", got, exampleCanonical, canonical)
	}
	key, err := hex.DecodeString(exampleDerived)
	if err != nil {
		t.Fatal(err)
	}
	text := "TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/tc3_request\n" + exampleCanonical
	if got := hex.EncodeToString(mac(key, text)); got != exampleSignature {
		t.Errorf("signature is %s, want %s", got, exampleSignature)
	}
}

func TestPublishedExampleWithKey(t *testing.T) {
	t.Parallel()
	canonical, _ := canonicalRequest(exampleRequest(t), "content-type;host", []byte(examplePayload))
	a := authorization{date: "2019-02-25", service: "cvm", end: "tc3_request"}
	if got := sign("Gu5t9xGARNpq86cd98joQYCN3*******", a, "1551113065", canonical); got != exampleOlder {
		t.Errorf("signature is %s, want %s", got, exampleOlder)
	}
}

func TestCanonicalRequestRefuses(t *testing.T) {
	t.Parallel()
	for _, signed := range []string{"", "host", "content-type", "host;content-type", "Content-Type;host", "content-type;host;x-tc-region"} {
		if got, ok := canonicalRequest(exampleRequest(t), signed, nil); ok {
			t.Errorf("%q: got %q, want a refusal", signed, got)
		}
	}
}

func FuzzParseAuthorization(f *testing.F) {
	for _, s := range []string{
		"", "TC3-HMAC-SHA256 ", "TC3-HMAC-SHA256 Credential=a/2026-01-01/teo/tc3_request, SignedHeaders=content-type;host, Signature=00",
		"TC3-HMAC-SHA256 Credential=a/b, SignedHeaders=, Signature=", "SKIP", "TC3-HMAC-SHA256 ,,,=,=", "Basic YTpi",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		a, ok := parseAuthorization(header)
		if ok && (a.signature == "" || a.signedHeaders == "") {
			t.Errorf("%q was taken without a signature", header)
		}
	})
}
