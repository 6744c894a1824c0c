package submitter

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// issuer gives temporary credentials of the newest generation, as the metadata service of a machine, as the service that
// tokens of Kubernetes are changed at, and as the files that people and programs write.
type issuer struct {
	generation, asked atomic.Int64
	broken            atomic.Bool
	home              string
	meta, sts         *httptest.Server
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{home: t.TempDir()}
	i.meta = httptest.NewServer(http.HandlerFunc(i.serveMetadata))
	t.Cleanup(i.meta.Close)
	i.sts = httptest.NewTLSServer(http.HandlerFunc(i.serveTokens))
	t.Cleanup(i.sts.Close)
	for name, value := range map[string]string{
		"HOME": i.home, "USERPROFILE": i.home, "TCCLI_PROFILE": "default", "TENCENTCLOUD_CREDENTIALS_FILE": filepath.Join(i.home, "credentials"),
		"TKE_REGION": "ap-guangzhou", "TKE_PROVIDER_ID": "provider", "TKE_ROLE_ARN": "qcs::cam::uin/1:roleName/edgewarm",
		"TKE_WEB_IDENTITY_TOKEN_FILE": filepath.Join(i.home, "token"),
	} {
		t.Setenv(name, value)
	}
	i.write(t, "token", "identity")
	// The SDK makes a client of its own, of which nothing can be set.
	transport := http.DefaultTransport.(*http.Transport)
	before := transport.TLSClientConfig
	transport.TLSClientConfig = i.sts.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	t.Cleanup(func() { transport.TLSClientConfig = before })
	i.issue(t)
	return i
}

func (i *issuer) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(i.home, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// issue makes the credentials that were given until now worth nothing.
func (i *issuer) issue(t *testing.T) {
	t.Helper()
	key := fmt.Sprint("key", i.generation.Add(1))
	i.write(t, "credentials", "[default]\nsecret_id = id\nsecret_key = "+key+"\n")
	i.write(t, ".tccli/default.credential", `{"secretId":"id","secretKey":"`+key+`","token":"`+key+`"}`)
}

func (i *issuer) serveMetadata(w http.ResponseWriter, r *http.Request) {
	switch i.asked.Add(1); {
	case i.broken.Load():
		http.Error(w, "not now", http.StatusServiceUnavailable)
	case r.URL.Path == "/":
		fmt.Fprint(w, "role")
	default:
		fmt.Fprintf(w, `{"TmpSecretId":"id","TmpSecretKey":"key%[1]d","Token":"key%[1]d","ExpiredTime":%[2]d,"Code":"Success"}`,
			i.generation.Load(), time.Now().Add(6*time.Hour).Unix())
	}
}

func (i *issuer) serveTokens(w http.ResponseWriter, r *http.Request) {
	if i.asked.Add(1); i.broken.Load() || r.Header.Get("X-TC-Action") != "AssumeRoleWithWebIdentity" {
		fmt.Fprint(w, `{"Response":{"Error":{"Code":"InternalError","Message":"not now"},"RequestId":"r"}}`)
		return
	}
	fmt.Fprintf(w, `{"Response":{"Credentials":{"TmpSecretId":"id","TmpSecretKey":"key%[1]d","Token":"key%[1]d"},"ExpiredTime":%[2]d,"RequestId":"r"}}`,
		i.generation.Load(), time.Now().Add(2*time.Hour).Unix())
}

// sources are those that an issuer stands behind.
func (i *issuer) sources(t *testing.T) map[string]func(context.Context) (Credentials, error) {
	t.Helper()
	sources := map[string]func(context.Context) (Credentials, error){
		"cvm": (&cvmRole{base: i.meta.URL + "/"}).credentials,
		"tke": (&tkeRole{endpoint: strings.TrimPrefix(i.sts.URL, "https://")}).credentials,
	}
	for _, name := range []string{"profile", "tccli"} {
		source, err := CredentialsFrom(name)
		if err != nil {
			t.Fatal(err)
		}
		sources[name] = source
	}
	return sources
}

// accepting is the API for an account whose credentials are asked about: it takes the newest, and refuses all others as it
// does those that ran out.
func (i *issuer) accepting(t *testing.T, used func() Credentials) (*Submitter, *atomic.Int64) {
	t.Helper()
	calls := new(atomic.Int64)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		answer := map[string]any{"PrefetchQuota": []any{map[string]any{"Type": "prefetch_url", "Batch": 1, "Daily": 2, "DailyAvailable": 1}}, "RequestId": "r"}
		if used().SecretKey != fmt.Sprint("key", i.generation.Load()) {
			answer = map[string]any{"Error": map[string]any{"Code": "AuthFailure.TokenFailure", "Message": "expired"}, "RequestId": "r"}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"Response": answer})
	}))
	t.Cleanup(api.Close)
	e := &EdgeOne{Endpoint: api.URL}
	t.Cleanup(e.Close)
	return &Submitter{API: e}, calls
}

// Temporary credentials are revoked, or a clock is wrong, long before the time that they were given for: when the service
// says so each source gets new ones, and the run goes on.
func TestFault92RefusedCredentialsAreRenewed(t *testing.T) {
	i := newIssuer(t)
	for name, source := range i.sources(t) {
		t.Run(name, func(t *testing.T) {
			var last atomic.Pointer[Credentials]
			s, calls := i.accepting(t, func() Credentials { return *last.Load() })
			s.API.(*EdgeOne).Credentials = func(ctx context.Context) (Credentials, error) {
				c, err := source(ctx)
				if _, asksForMore := RefusedCredentials(ctx); !asksForMore {
					last.Store(&c)
				}
				return c, err
			}
			read := func(want int64) {
				t.Helper()
				calls.Store(0)
				if q, err := s.Quota(t.Context(), "zone-1"); err != nil || q.Daily != 2 {
					t.Fatalf("got %+v, %v", q, err)
				}
				if got := calls.Load(); got > want {
					t.Errorf("it took %d calls, want %d", got, want)
				}
			}
			read(1)
			i.issue(t)
			read(2)
			asked := i.asked.Load()
			read(1)
			if i.asked.Load() != asked {
				t.Error("what is good was renewed")
			}
		})
	}
}

// A source that cannot renew what was refused says so at once: what is refused is not sent again.
func TestFault92RefusedCredentialsThatCannotBeRenewed(t *testing.T) {
	i := newIssuer(t)
	sources := i.sources(t)
	sources["env"] = EnvCredentials
	t.Setenv("TENCENTCLOUD_SECRET_ID", "id")
	t.Setenv("TENCENTCLOUD_SECRET_KEY", "key1")
	t.Setenv("TENCENTCLOUD_TOKEN", "")
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			if _, err := source(t.Context()); err != nil {
				t.Fatal(err)
			}
			s, calls := i.accepting(t, func() Credentials { return Credentials{} })
			s.API.(*EdgeOne).Credentials = source
			i.broken.Store(true)
			defer i.broken.Store(false)
			if _, err := s.Quota(t.Context(), "zone-1"); ClassOf(err) != ClassUnauthorized || !strings.Contains(err.Error(), "TokenFailure") {
				t.Errorf("got %v, want what the service said", err)
			}
			if n := calls.Load(); n != 1 {
				t.Errorf("it took %d calls", n)
			}
		})
	}
}

// A source that does not answer for a moment ends no run while what it gave is good.
func TestCredentialsOutliveTheirSource(t *testing.T) {
	i := newIssuer(t)
	role := &tkeRole{endpoint: strings.TrimPrefix(i.sts.URL, "https://")}
	machine := &cvmRole{base: i.meta.URL + "/"}
	profile, err := CredentialsFrom("profile")
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]func(context.Context) (Credentials, error){"tke": role.credentials, "cvm": machine.credentials, "profile": profile}
	for name, source := range sources {
		if _, err := source(t.Context()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	i.broken.Store(true)
	i.write(t, "credentials", "[default]\nsecret_id = i") // half written
	role.since = time.Now().Add(-tkeRenewal)
	machine.until = time.Now().Add(cvmRenewal / 2)
	for name, source := range sources {
		if c, err := source(t.Context()); err != nil || c.SecretKey != "key1" {
			t.Errorf("%s: got %q, %v, want those that are good still", name, c.SecretKey, err)
		}
	}
	role.since, machine.until = time.Now().Add(-tkeLast), time.Now()
	for _, name := range []string{"tke", "cvm"} {
		if _, err := sources[name](t.Context()); ClassOf(err) != ClassUnauthorized {
			t.Errorf("%s: got %v, want that there are none", name, err)
		}
	}
}
