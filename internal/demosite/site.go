// Package demosite is a small real site, served on loopback for the demo and the tests.
package demosite

import (
	"context"
	"io"
	"net/http"
)

// Server is the site on an address of its own.
type Server struct {
	// URL is where it is served, such as http://127.0.0.1:41234, without a slash at the end.
	URL string
}

// Start serves the site on addr; 127.0.0.1:0 takes a free port. It stops when ctx ends or Close is called.
func Start(ctx context.Context, addr string) (*Server, error) { return nil, nil }

// Close stops the server and waits until it has.
func (s *Server) Close() error { return nil }

// Requests is how many requests were answered so far.
func (s *Server) Requests() int64 { return 0 }

// Handler serves the site as if at base, such as http://127.0.0.1:8080: the absolute URLs in its documents begin with it.
func Handler(base string) http.Handler { return nil }

// Paths lists what the site publishes, in order: every path that is answered with 200.
func Paths() []string { return nil }

// Format is how a log line is written.
type Format string

// The formats of Log.
const (
	EdgeOne  Format = "edgeone"
	Combined Format = "combined"
)

// Log writes an access log of the site, the same at every call: Zipf over titles, viewers who leave early, bots, errors.
func Log(w io.Writer, base string, f Format, lines int) error { return nil }
