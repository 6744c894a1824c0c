package submitter

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The role's metadata service has one fixed address, so this test looks inside.
func TestCVMRole(t *testing.T) {
	t.Parallel()
	expires, broken, asked := time.Now().Add(time.Hour), false, 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		switch {
		case broken:
			http.Redirect(w, r, "http://169.254.0.1/", http.StatusFound)
		case r.URL.Path == "/":
			fmt.Fprint(w, "edgewarm-role\n")
		case r.URL.Path == "/edgewarm-role":
			fmt.Fprintf(w, `{"TmpSecretId":"id%d","TmpSecretKey":"key","Token":"token","ExpiredTime":%d,"Code":"Success"}`, asked, expires.Unix())
		}
	}))
	defer srv.Close()
	r := &cvmRole{base: srv.URL + "/"}
	get := func(want string) {
		t.Helper()
		c, err := r.credentials(t.Context())
		if err != nil || c.SecretID != want || c.SecretKey != "key" || c.Token != "token" {
			t.Errorf("got %q, %v, want %q", c.SecretID, err, want)
		}
	}
	get("id2")
	get("id2")
	r.until = time.Now().Add(cvmRenewal - time.Second)
	get("id4")
	broken, r.until = true, time.Now().Add(time.Minute)
	get("id4")
	r.until = time.Time{}
	if _, err := r.credentials(t.Context()); ClassOf(err) != ClassUnauthorized || !strings.Contains(err.Error(), "HTTP status 302") {
		t.Errorf("got %v", err)
	}
}
