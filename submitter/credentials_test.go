package submitter_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/submitter"
)

func TestFault33CredentialsHideThemselves(t *testing.T) {
	t.Parallel()
	c := submitter.Credentials{SecretID: "AKIDcanary", SecretKey: canarySecret, Token: canaryToken}
	asJSON, err := json.Marshal(map[string]any{"c": c, "p": &c})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "c", c, "p", &c)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "c", c, "p", &c)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %q %d %x", c, c, c, c, c, c, c), fmt.Sprint(&c, []any{c}, struct{ C submitter.Credentials }{c}), c.String(), string(asJSON), log.String()} {
		for _, secret := range []string{"AKIDcanary", canarySecret, canaryToken, "canary"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q is in %q", secret, text)
			}
		}
	}
}

// The sources read the environment, so these tests are not parallel.

func TestCredentialsFrom(t *testing.T) {
	home := t.TempDir()
	file := filepath.Join(home, "credentials")
	write(t, file, "[default]\r\nsecret_id = pid\r\nsecret_key = pkey\r\n")
	write(t, filepath.Join(home, ".tccli", "work.credential"), `{"secretId":"tid","secretKey":"tkey","token":"ttoken"}`)
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("TENCENTCLOUD_CREDENTIALS_FILE", file)
	t.Setenv("TCCLI_PROFILE", "work")
	t.Setenv("TENCENTCLOUD_SECRET_ID", " eid\n")
	t.Setenv("TENCENTCLOUD_SECRET_KEY", "ekey")
	t.Setenv("TENCENTCLOUD_TOKEN", "etoken")
	for name, want := range map[string]submitter.Credentials{
		"": {SecretID: "eid", SecretKey: "ekey", Token: "etoken"}, "env": {SecretID: "eid", SecretKey: "ekey", Token: "etoken"},
		"profile": {SecretID: "pid", SecretKey: "pkey"}, "tccli": {SecretID: "tid", SecretKey: "tkey", Token: "ttoken"},
	} {
		source, err := submitter.CredentialsFrom(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := source(t.Context()); err != nil || got != want {
			t.Errorf("%q: got %q %q %q, %v", name, got.SecretID, got.SecretKey, got.Token, err)
		}
	}
	if _, err := submitter.CredentialsFrom("vault"); err == nil || !strings.Contains(err.Error(), "env, profile, tccli, cvm, tke") {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCredentialsMissing(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for _, name := range []string{"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN", "TKE_REGION", "TKE_ROLE_ARN"} {
		t.Setenv(name, "")
	}
	t.Setenv("TENCENTCLOUD_SECRET_KEY", canarySecret)
	t.Setenv("TENCENTCLOUD_CREDENTIALS_FILE", filepath.Join(home, "none"))
	write(t, filepath.Join(home, ".tccli", "default.credential"), `{"secretId":"`+canarySecret)
	for name, want := range map[string]string{"env": "TENCENTCLOUD_SECRET_ID not set", "profile": "none", "tccli": "JSON", "tke": "TKE_REGION"} {
		source, err := submitter.CredentialsFrom(name)
		if err != nil {
			t.Fatal(err)
		}
		e := &submitter.EdgeOne{Credentials: source}
		_, err = e.Quota(t.Context(), "zone-1")
		got, ok := errors.AsType[*submitter.Error](err)
		if !ok || submitter.ClassOf(err) != submitter.ClassUnauthorized || got.Hint == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
		if err != nil && strings.Contains(err.Error(), canarySecret) {
			t.Errorf("%s: the secret is in %q", name, err)
		}
	}
}
