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
		token, err := s.Token()
		switch given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); {
		case err != nil:
			s.Log.Warn("a request is refused, as there is no token", "path", r.URL.Path, "error", err.Error())
			refuse(w, http.StatusForbidden, "no token is set where serve.token says: nothing can be asked of this edgewarm")
		case len(token) < minToken:
			refuse(w, http.StatusForbidden, "the token that is set is shorter than 16 characters: nothing can be asked of this edgewarm")
		case !ok || !same(given, token):
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, "the token is wrong or missing: Authorization: Bearer TOKEN")
		default:
			next(w, r)
		}
	}
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
