package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"time"
)

// policy lets a page have nothing but its own style, script and picture, ask nobody but this server, and be in no frame.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// jobsPolicy lets River UI besides have the styles that its script makes while it runs.
var jobsPolicy = strings.Replace(policy, "style-src 'self'", "style-src 'self' 'unsafe-inline'", 1)

// secured says to browsers what they may do with an answer.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// named refuses requests for other names than this machine's, where only this machine is listened to.
func (s *Server) named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Loopback && !isLoopback(r.Host) {
			refuse(w, http.StatusMisdirectedRequest, "this edgewarm answers to 127.0.0.1 and localhost only; serve.listen says otherwise")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// minToken is the shortest token that is taken: what is shorter is guessed.
const minToken = 16

// action lets only requests through that bring the token.
func (s *Server) action(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		code, why := s.refusal(r, bearer(r))
		if code == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", "Bearer")
		}
		if code != 0 {
			refuse(w, code, why)
			return
		}
		next(w, r)
	}
}

// refusal is why a request is refused that wants the token and was given that one; code 0 is that it is not.
func (s *Server) refusal(r *http.Request, given string) (code int, why string) {
	token, err := s.Token()
	switch {
	case err != nil:
		s.Log.Warn("a request is refused, as there is no token", "path", r.URL.Path, "error", err.Error())
		return http.StatusForbidden, "no token is set where serve.token says: nothing can be asked of this edgewarm"
	case len(token) < minToken:
		return http.StatusForbidden, "the token that is set is shorter than 16 characters: nothing can be asked of this edgewarm"
	case !same(given, token):
		return http.StatusUnauthorized, "the token is wrong or missing: Authorization: Bearer TOKEN"
	}
	return 0, ""
}

// bearer is the token that a request brings as programs do; empty for none.
func bearer(r *http.Request) string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return token
	}
	return ""
}

// same compares without telling by its time how much is alike.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// counted counts answers by the pattern that they took, so that no path of somebody's invention becomes a series.
func (s *Server) counted(mux *http.ServeMux, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		seen := &codeWriter{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(seen, r)
		_, route := mux.Handler(r)
		s.Meter.Answered(route, seen.code, time.Since(begun))
	})
}

// codeWriter remembers the status code.
type codeWriter struct {
	http.ResponseWriter
	code int
}

func (w *codeWriter) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap is for http.ResponseController.
func (w *codeWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
