package postgrestest

import (
	"io"
	"net"
	"net/url"
	"testing"
	"time"
)

// Distant is the DSN of the same database as it is seen from some way off: each answer comes that much later. It ends with
// the test.
func Distant(t testing.TB, dsn string, latency time.Duration) string {
	t.Helper()
	return Via(t, dsn, func(from net.Conn, near string) { relay(from, near, latency) })
}

// Via is the DSN of the same database for connections each of which carry takes to it: near is its address. It ends with
// the test.
func Via(t testing.TB, dsn string, carry func(from net.Conn, near string)) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	near := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			go carry(from, near)
		}
	}()
	u.Host = listener.Addr().String()
	return u.String()
}

// relay carries one connection until either end closes it.
func relay(from net.Conn, near string, latency time.Duration) {
	defer from.Close()
	to, err := net.Dial("tcp", near)
	if err != nil {
		return
	}
	defer to.Close()
	go func() {
		defer to.Close()
		_, _ = io.Copy(to, from)
	}()
	delay(from, to, latency)
}

// piece is some bytes that are not to arrive before their time.
type piece struct {
	bytes []byte
	due   time.Time
}

// delay copies with a delay that does not bound how much is on its way.
func delay(to io.Writer, from io.Reader, latency time.Duration) {
	const onTheWay = 1024 // pieces: more than a link of these tests holds
	pieces := make(chan piece, onTheWay)
	go func() {
		defer close(pieces)
		for {
			b := make([]byte, 32<<10)
			n, err := from.Read(b)
			if err != nil {
				return
			}
			pieces <- piece{b[:n], time.Now().Add(latency)}
		}
	}()
	for p := range pieces {
		time.Sleep(time.Until(p.due))
		_, _ = to.Write(p.bytes) // what nobody reads any more is drained
	}
}
