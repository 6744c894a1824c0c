package edgeonetest

import (
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Limits on a client that is slow or does not stop.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = time.Minute
	maxHeader     = 64 << 10
)

// Server is a Simulator that listens.
type Server struct {
	*Simulator
	// URL is where it is, as submitter.EdgeOne.Endpoint and account.endpoint of the config want it.
	URL string

	http *http.Server
	done chan struct{}
	err  error
}

// NewServer starts a simulator at a free port of this machine, for a test. Like httptest.NewServer it panics where it cannot
// listen. Close ends it.
func NewServer(o Options) *Server {
	srv, err := New(o).Start("127.0.0.1:0")
	if err != nil {
		panic("edgeonetest: " + err.Error())
	}
	return srv
}

// Start listens on an address such as "127.0.0.1:0", or ":8080", which is on this machine only.
func (s *Simulator) Start(addr string) (*Server, error) {
	if host, port, err := net.SplitHostPort(addr); err == nil && host == "" {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	srv := &Server{
		Simulator: s,
		URL:       "http://" + l.Addr().String(),
		http: &http.Server{
			Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, MaxHeaderBytes: maxHeader,
			ErrorLog: log.New(io.Discard, "", 0),
		},
		done: make(chan struct{}),
	}
	go func() {
		defer close(srv.done)
		srv.err = srv.http.Serve(l)
	}()
	return srv, nil
}

// Close stops listening, closes every connection and waits for the listener's end.
func (srv *Server) Close() error {
	err := srv.http.Close()
	<-srv.done
	return err
}

// Wait returns when the server has ended, with the reason if it was not closed.
func (srv *Server) Wait() error {
	<-srv.done
	if srv.err == http.ErrServerClosed {
		return nil
	}
	return srv.err
}
