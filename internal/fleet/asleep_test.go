package fleet

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
)

// asleep is the DSN of the same database as of a machine that falls asleep when it has sent so many bytes: its connections
// stay, and nothing more comes.
func asleep(t *testing.T, dsn string, after int64) string {
	t.Helper()
	return postgrestest.Via(t, dsn, func(from net.Conn, near string) {
		to, err := net.Dial("tcp", near)
		if err != nil {
			_ = from.Close()
			return
		}
		context.AfterFunc(t.Context(), func() { _, _ = from.Close(), to.Close() })
		go func() { _, _ = io.CopyN(to, from, after) }()
		_, _ = io.Copy(from, to)
	})
}

// A worker whose machine falls asleep while it writes a transcript keeps neither others from its log nor the run from its end.
func TestWorkerFallsAsleepAtATranscript(t *testing.T) {
	t.Parallel()
	c, dsn, crawl := coordinate(t)
	l := c.readLogs(t, crawl, someLogs...)
	pool, err := postgres.OpenPool(t.Context(), asleep(t, dsn, 2*partSize), 1)
	if err != nil {
		t.Fatal(err)
	}
	settle := l.begin(t, pool, "a.log")
	sleeps := make(chan struct{})
	large := text(t, strings.Repeat("0123456789", partSize))
	go func() {
		defer close(sleeps)
		defer pool.Close()
		if err := settle(large, nil); err == nil {
			t.Error("it wrote the transcript all the same")
		}
	}()
	t.Cleanup(func() { <-sleeps })
	const unlocked = `SELECT count(*) FROM (SELECT FROM river_job WHERE state = 'running' FOR UPDATE SKIP LOCKED) AS unlocked`
	for late := time.Now().Add(time.Minute); one[int](t, c, unlocked) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("the worker does not begin to write")
		}
	}
	const waiting = `SELECT count(*) FROM river_job WHERE state = 'available'`
	for late := time.Now().Add(time.Minute); one[int](t, c, waiting) < 2; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("nobody else may read the log")
		}
		if err := c.Rescue(t.Context()); err != nil { // its worker is not heard of
			t.Fatal(err)
		}
	}
	if err := l.End(t.Context()); err != nil {
		t.Error(err)
	}
}
