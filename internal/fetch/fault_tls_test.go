package fetch_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// authority signs certificates for tests.
type authority struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	roots *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{roots: x509.NewCertPool()}
	a.cert, a.key = a.sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: time.Now().Add(time.Hour)})
	a.roots.AddCert(a.cert)
	return a
}

// sign makes a certificate of a template; an authority without a certificate signs with the new one's own key.
func (a *authority) sign(t *testing.T, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(1)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// serveTLS is a server with a certificate of a.
func (a *authority) serve(t *testing.T, template *x509.Certificate, h http.HandlerFunc) string {
	t.Helper()
	cert, key := a.sign(t, template)
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = quiet
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func loopback() []net.IP { return []net.IP{net.IPv4(127, 0, 0, 1)} }

func TestFault23Certificates(t *testing.T) {
	t.Parallel()
	now := time.Now()
	ca, unknown := newAuthority(t), newAuthority(t)
	for _, c := range []struct {
		name, want string
		by         *authority
		cert       x509.Certificate
	}{
		{"good", "", ca, x509.Certificate{IPAddresses: loopback(), NotAfter: now.Add(time.Hour)}},
		{"expired", "TLS: the certificate expired on 2020-01-02", ca,
			x509.Certificate{IPAddresses: loopback(), NotAfter: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)}},
		{"of the future", "TLS: the certificate is not valid before ", ca,
			x509.Certificate{IPAddresses: loopback(), NotBefore: now.Add(48 * time.Hour), NotAfter: now.Add(72 * time.Hour)}},
		{"another name", `TLS: the certificate is for "other.example", not for "127.0.0.1"`, ca,
			x509.Certificate{DNSNames: []string{"other.example"}, NotAfter: now.Add(time.Hour)}},
		{"no name", "TLS: the certificate is for no name", ca, x509.Certificate{NotAfter: now.Add(time.Hour)}},
		{"unknown authority", "TLS: the certificate is signed by an unknown authority", unknown,
			x509.Certificate{IPAddresses: loopback(), NotAfter: now.Add(time.Hour)}},
		{"self-signed", "TLS: the certificate is self-signed", &authority{},
			x509.Certificate{IPAddresses: loopback(), NotAfter: now.Add(time.Hour)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked, told atomic.Int32
			url := c.by.serve(t, &c.cert, func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				if r.Header.Get("X-Api-Key") != "" || r.Header.Get("Authorization") != "" {
					told.Add(1)
				}
			})
			secret := http.Header{"X-Api-Key": {"secret"}}
			_, err := read(t, open(t, &fetch.Client{RootCAs: ca.roots, Origins: []string{url}, Header: secret}), url)
			if c.want == "" {
				if err != nil || told.Load() != 1 {
					t.Errorf("got %v, want a request with its header", err)
				}
				return
			}
			wantText(t, err, c.want)
			if _, ok := errors.AsType[*fetch.TLSError](err); !ok || asked.Load() > 0 {
				t.Errorf("got %v and %d requests, want a TLSError and none", err, asked.Load())
			}
			lax := open(t, &fetch.Client{RootCAs: ca.roots, Insecure: []string{"127.0.0.1"}, Origins: []string{url}, Header: secret})
			resp, err := lax.Get(t.Context(), url, http.Header{"Authorization": {"secret"}})
			if err != nil {
				t.Fatalf("got %v for a host that is not checked, want none", err)
			}
			_ = resp.Body.Close()
			if told.Load() > 0 {
				t.Error("got credentials sent to a host that is not checked, want them withheld")
			}
		})
	}
}

func TestFault23NotTLS(t *testing.T) {
	t.Parallel()
	url := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, err := read(t, open(t, &fetch.Client{}), strings.Replace(url, "http:", "https:", 1))
	wantText(t, err, "TLS: the server answers http on this port, not https")
	url = serveRaw(t, func(_ int, conn net.Conn) { write(conn, "220 mail.example ESMTP ready\r\n") })
	_, err = read(t, open(t, &fetch.Client{}), strings.Replace(url, "http:", "https:", 1))
	wantText(t, err, "TLS: the server does not speak TLS on this port")
}

// serveHTTP2 talks HTTP/2 frames, each connection counted from 0. talk is called for each request with its stream.
func serveHTTP2(t *testing.T, ca *authority, talk func(n int, stream uint32, f *http2.Framer) bool) string {
	t.Helper()
	cert, key := ca.sign(t, &x509.Certificate{IPAddresses: loopback(), NotAfter: time.Now().Add(time.Hour)})
	config := &tls.Config{NextProtos: []string{"h2"}, Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
	url := serveRaw(t, func(n int, raw net.Conn) {
		conn := tls.Server(raw, config)
		defer conn.Close()
		if _, err := conn.Read(make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		f := http2.NewFramer(conn, conn)
		_ = f.WriteSettings()
		for {
			frame, err := f.ReadFrame()
			if err != nil {
				return
			}
			if h, ok := frame.(*http2.HeadersFrame); ok && !talk(n, h.StreamID, f) {
				return
			}
		}
	})
	return strings.Replace(url, "http:", "https:", 1)
}

// headerBlock is a response's headers.
func headerBlock(fields ...string) []byte {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	for i := 0; i < len(fields); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	return b.Bytes()
}

func answerHTTP2(f *http2.Framer, stream uint32) bool {
	_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: headerBlock(":status", "200"), EndHeaders: true})
	return f.WriteData(stream, true, []byte("ok")) == nil
}

func TestFault24HTTP2(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	for _, c := range []struct {
		name string
		talk func(n int, stream uint32, f *http2.Framer) bool
	}{
		{"GOAWAY", func(n int, stream uint32, f *http2.Framer) bool {
			if n > 0 {
				return answerHTTP2(f, stream)
			}
			_ = f.WriteGoAway(0, http2.ErrCodeNo, nil)
			return false
		}},
		{"GOAWAY with an error", func(n int, stream uint32, f *http2.Framer) bool {
			if n > 0 {
				return answerHTTP2(f, stream)
			}
			_ = f.WriteGoAway(stream, http2.ErrCodeEnhanceYourCalm, []byte("busy"))
			return false
		}},
		{"RST", func(n int, stream uint32, f *http2.Framer) bool {
			if stream > 1 || n > 0 {
				return answerHTTP2(f, stream)
			}
			return f.WriteRSTStream(stream, http2.ErrCodeInternal) == nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			url := serveHTTP2(t, ca, c.talk)
			got, err := read(t, open(t, &fetch.Client{RootCAs: ca.roots}), url)
			if got != "ok" {
				t.Errorf("got %q and %v, want the second answer", got, err)
			}
		})
	}
}

func TestFault24ContinuationFlood(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	var sent atomic.Int64
	url := serveHTTP2(t, ca, func(_ int, stream uint32, f *http2.Framer) bool {
		block := headerBlock(":status", "200")
		_ = f.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block})
		filler := headerBlock("x-filler", strings.Repeat("x", 8000))
		for range 10_000 {
			if f.WriteContinuation(stream, false, filler) != nil {
				return false
			}
			sent.Add(int64(len(filler)))
		}
		return true
	})
	_, err := read(t, open(t, &fetch.Client{RootCAs: ca.roots, Retries: -1}), url)
	if err == nil || sent.Load() > 16<<20 {
		t.Errorf("got %v after %d bytes of headers, want an early end", err, sent.Load())
	}
}
