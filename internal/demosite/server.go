package demosite

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// Server is the site on an address of its own.
type Server struct {
	// URL is where it is served, such as http://127.0.0.1:41234, without a slash at the end.
	URL string

	http     *http.Server
	requests atomic.Int64
	served   chan struct{} // closed when the server has ended
	failed   error         // why it ended by itself; read after served
	stop     func() bool
}

// Start serves the site on addr; 127.0.0.1:0 takes a free port. It stops when ctx ends or Close is called.
func Start(ctx context.Context, addr string) (*Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + listener.Addr().String(), served: make(chan struct{})}
	site := Handler(s.URL)
	s.http = &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.requests.Add(1)
			site.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
	}
	go func() {
		defer close(s.served)
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed = err
		}
	}()
	s.stop = context.AfterFunc(ctx, func() { _ = s.http.Close() })
	return s, nil
}

// Close stops the server and waits until it has. Requests that are being answered are cut.
func (s *Server) Close() error {
	s.stop()
	err := s.http.Close()
	<-s.served
	return errors.Join(err, s.failed)
}

// Requests is how many requests have come in so far.
func (s *Server) Requests() int64 { return s.requests.Load() }
