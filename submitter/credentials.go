package submitter

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
)

// Credentials sign the requests to the API. Printing or encoding them in whatever way shows no part of them.
type Credentials struct {
	SecretID, SecretKey string
	// Token goes along with credentials that are temporary.
	Token string
}

const hiddenCredentials = "credentials (hidden)"

// String hides the credentials.
func (Credentials) String() string { return hiddenCredentials }

// Format hides the credentials from every verb of package fmt.
func (Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hiddenCredentials) }

// MarshalText hides the credentials from encoders.
func (Credentials) MarshalText() ([]byte, error) { return []byte(hiddenCredentials), nil }

// mask replaces each part of the credentials in a text that may quote them.
func (c Credentials) mask(text string) string {
	for _, secret := range []string{c.SecretKey, c.Token, c.SecretID} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// minMasked is the length from which a secret is taken out of an answer. Real ones are longer; the short ones of a test
// could be a part of any URL.
const minMasked = 16

// maskBody is mask for an answer as it came: the secrets alone, as they are.
func (c Credentials) maskBody(body []byte) []byte {
	for _, secret := range []string{c.SecretKey, c.Token} {
		if len(secret) >= minMasked && bytes.Contains(body, []byte(secret)) {
			body = bytes.ReplaceAll(body, []byte(secret), []byte("***"))
		}
	}
	return body
}

// CredentialSources are the names that CredentialsFrom knows.
var CredentialSources = []string{"env", "profile", "tccli", "cvm", "tke"}

// CredentialsFrom is the source of credentials with a name: env (the environment; also the empty name), profile
// (~/.tencentcloud/credentials), tccli (the profile of Tencent's command line), cvm (the role of the virtual machine) or
// tke (the role of the Kubernetes service account). Nothing is read before the source is asked; it is asked for every
// request, and renews what is about to expire, or what the service has refused.
func CredentialsFrom(name string) (func(context.Context) (Credentials, error), error) {
	switch name {
	case "", "env":
		return EnvCredentials, nil
	case "profile":
		return (&keptCredentials{read: profileCredentials}).credentials, nil
	case "tccli":
		return (&keptCredentials{read: tccliCredentials}).credentials, nil
	case "cvm":
		return new(cvmRole).credentials, nil
	case "tke":
		return new(tkeRole).credentials, nil
	}
	return nil, fmt.Errorf("credentials %q: want one of %s", name, strings.Join(CredentialSources, ", "))
}

// EnvCredentials reads TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and, for temporary ones, TENCENTCLOUD_TOKEN.
func EnvCredentials(context.Context) (Credentials, error) {
	c := Credentials{
		SecretID:  strings.TrimSpace(os.Getenv("TENCENTCLOUD_SECRET_ID")),
		SecretKey: strings.TrimSpace(os.Getenv("TENCENTCLOUD_SECRET_KEY")),
		Token:     strings.TrimSpace(os.Getenv("TENCENTCLOUD_TOKEN")),
	}
	var missing []string
	if c.SecretID == "" {
		missing = append(missing, "TENCENTCLOUD_SECRET_ID")
	}
	if c.SecretKey == "" {
		missing = append(missing, "TENCENTCLOUD_SECRET_KEY")
	}
	if missing != nil {
		return Credentials{}, credentialsError("env", fmt.Errorf("%s not set", strings.Join(missing, " and ")),
			"set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (and TENCENTCLOUD_TOKEN for temporary ones)")
	}
	return c, nil
}

func credentialsError(source string, err error, hint string) error {
	return &Error{Op: "credentials from " + source, Class: ClassUnauthorized, Err: err, Hint: hint}
}
