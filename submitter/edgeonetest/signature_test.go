package edgeonetest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func TestSignatureIsVerified(t *testing.T) {
	t.Parallel()
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	replace := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
		}
	}
	tests := []struct {
		name   string
		change func(*http.Request)
		code   string
	}{
		{"right", nil, ""},
		{"no authorization", func(r *http.Request) { r.Header.Del("Authorization") }, "AuthFailure.InvalidAuthorization"},
		{"another algorithm", replace("TC3-HMAC-SHA256", "TC3-HMAC-SHA1"), "AuthFailure.InvalidAuthorization"},
		{"another service", replace("/teo/", "/cdn/"), "AuthFailure.InvalidAuthorization"},
		{"another end", replace("tc3_request", "tc4_request"), "AuthFailure.InvalidAuthorization"},
		{"no scope", replace("/teo/tc3_request", ""), "AuthFailure.InvalidAuthorization"},
		{"another day", func(r *http.Request) {
			_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "/")
			day, _, _ := strings.Cut(scope, "/")
			replace(day, "2020-01-01")(r)
		}, "AuthFailure.InvalidAuthorization"},
		{"unknown account", replace("AKIDsimulator", "AKIDsomebody"), "AuthFailure.SecretIdNotFound"},
		{"one bit", replace("Signature=", "Signature=0"), "AuthFailure.SignatureFailure"},
		{"host not signed", replace("content-type;host", "content-type"), "AuthFailure.SignatureFailure"},
		{"body changed", func(r *http.Request) {
			r.Body = http.NoBody
		}, "AuthFailure.SignatureFailure"},
		{"host changed", func(r *http.Request) { r.Host = "other.test" }, "AuthFailure.SignatureFailure"},
		{"query added", func(r *http.Request) { r.URL.RawQuery = "a=b" }, "AuthFailure.SignatureFailure"},
		{"time changed", set("X-TC-Timestamp", "1"), "AuthFailure.InvalidAuthorization"},
		{"no time", set("X-TC-Timestamp", ""), "MissingParameter"},
		{"unasked token", set("X-TC-Token", "t"), "AuthFailure.TokenFailure"},
		{"another type", set("Content-Type", "text/plain"), "UnsupportedProtocol"},
		{"another method", func(r *http.Request) { r.Method = http.MethodGet }, "UnsupportedProtocol"},
		{"no version", set("X-TC-Version", ""), "NoSuchVersion"},
		{"no action", set("X-TC-Action", ""), "MissingParameter"},
		{"unknown action", set("X-TC-Action", "DescribeNothing"), "InvalidAction"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, edgeonetest.New(oneZone()))
			resp, err := c.send("DescribeZones", object{}, tt.change)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.read(resp).Error.Code; got != tt.code {
				t.Errorf("got %q, want %q", got, tt.code)
			}
		})
	}
}

func TestSignatureExpires(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	o := oneZone()
	o.Now = func() time.Time { return noon }
	for skew, code := range map[time.Duration]string{
		0: "", 5 * time.Minute: "", -5 * time.Minute: "",
		5*time.Minute + time.Second: "AuthFailure.SignatureExpire", -301 * time.Second: "AuthFailure.SignatureExpire",
	} {
		c := newClient(t, edgeonetest.New(o))
		c.now = func() time.Time { return noon.Add(skew) }
		resp, err := c.send("DescribeZones", object{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if date := resp.Header.Get("Date"); date != "Sun, 01 Mar 2026 12:00:00 GMT" {
			t.Errorf("Date is %q", date)
		}
		if got := c.read(resp).Error.Code; got != code {
			t.Errorf("%v off: got %q, want %q", skew, got, code)
		}
	}
}

func TestTemporaryCredentials(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.Accounts = []edgeonetest.Account{{SecretID: "id", SecretKey: "key", Token: "token"}}
	for token, code := range map[string]string{"token": "", "": "AuthFailure.TokenFailure", "old": "AuthFailure.TokenFailure"} {
		c := newClient(t, edgeonetest.New(o))
		c.id, c.key, c.token = "id", "key", token
		if got := c.call("DescribeZones", object{}).Error.Code; got != code {
			t.Errorf("token %q: got %q, want %q", token, got, code)
		}
	}
}
