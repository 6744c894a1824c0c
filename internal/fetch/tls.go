package fetch

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// TLSError says why a secure connection was refused. It is not tried again.
type TLSError struct {
	// Reason is in words: expired, another name, unknown authority …
	Reason string
	Err    error
}

func (e *TLSError) Error() string { return "TLS: " + e.Reason }

// Unwrap returns Err.
func (e *TLSError) Unwrap() error { return e.Err }

// asTLS names what went wrong with a secure connection, and is nil for any other error.
func asTLS(err error) error {
	if e, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &TLSError{Reason: certificate(e), Err: err}
	}
	if e, ok := errors.AsType[tls.AlertError](err); ok {
		return &TLSError{Reason: "the server refused the handshake: " + e.Error(), Err: err}
	}
	if e, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		if string(e.RecordHeader[:]) == "HTTP/" {
			return &TLSError{Reason: "the server answers http on this port, not https", Err: err}
		}
		return &TLSError{Reason: "the server does not speak TLS on this port: " + e.Msg, Err: err}
	}
	return nil
}

// certificate says what is wrong with the one that was shown.
func certificate(e *tls.CertificateVerificationError) string {
	if name, ok := errors.AsType[x509.HostnameError](e); ok {
		return fmt.Sprintf("the certificate is for %s, not for %q", names(name.Certificate), name.Host)
	}
	if bad, ok := errors.AsType[x509.CertificateInvalidError](e); ok {
		return invalid(bad)
	}
	if unknown, ok := errors.AsType[x509.UnknownAuthorityError](e); ok {
		if c := unknown.Cert; c != nil && string(c.RawIssuer) == string(c.RawSubject) {
			return "the certificate is self-signed"
		}
		return "the certificate is signed by an unknown authority"
	}
	return "the certificate cannot be verified: " + e.Err.Error()
}

func invalid(e x509.CertificateInvalidError) string {
	if e.Reason != x509.Expired || e.Cert == nil {
		return "the certificate is not valid: " + e.Error()
	}
	if now := time.Now(); now.Before(e.Cert.NotBefore) {
		return "the certificate is not valid before " + e.Cert.NotBefore.UTC().Format(time.DateOnly)
	}
	return "the certificate expired on " + e.Cert.NotAfter.UTC().Format(time.DateOnly)
}

// maxNames is how many of a certificate's names a message lists; some have hundreds.
const maxNames = 5

func names(c *x509.Certificate) string {
	all := c.DNSNames
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	if len(all) == 0 {
		return "no name"
	}
	text := fmt.Sprintf("%.80q", all[:min(len(all), maxNames)])
	return strings.Trim(text, "[]")
}
