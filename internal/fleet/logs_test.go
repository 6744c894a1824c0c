package fleet

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// someLogs are logs to be read.
var someLogs = []Log{
	{Name: "a.log", Size: 10, Modified: time.Unix(1, 5)},
	{Name: "b.log", Link: "https://signed.example/", Size: 20, Modified: time.Unix(2, 0)},
}

func (c *Coordinator) readLogs(t *testing.T, crawl Crawl, logs ...Log) *Logs {
	t.Helper()
	l, err := c.ReadLogs(t.Context(), crawl.Version, crawl.Settings, logs)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// begin has a worker begin with a log, and returns what settles the job by way of pool.
func (l *Logs) begin(t *testing.T, pool *postgres.Pool, name string) (settle func(text *os.File, failed error) error) {
	t.Helper()
	m := &member{Worker: &Worker{Log: slog.New(slog.DiscardHandler)}, queue: l.queue, pool: pool, client: l.c.client}
	id := one[int64](t, l.c, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = '{us}'
		WHERE state = 'available' AND args @> jsonb_build_object('batch', $1::bigint) RETURNING id`, l.ids[name])
	return func(text *os.File, failed error) error {
		return m.within(t.Context(), fence{id, 1, "us"}, func(tx postgres.Tx) error {
			return m.settleLog(t.Context(), tx, batchArgs{Batch: l.ids[name], Documents: 1}, text, failed, func(tx postgres.Tx) error {
				_, err := tx.Exec(t.Context(), `UPDATE river_job SET state = 'completed', finalized_at = now() WHERE id = $1`, id)
				return err
			})
		})
	}
}

func (l *Logs) progress(t *testing.T, name string) LogProgress {
	t.Helper()
	p, err := l.Progress(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// text is a file of that content.
func text(t *testing.T, content string) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "transcript"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if _, err := f.WriteString(content); err != nil {
		t.Fatal(err)
	}
	return f
}

// What a worker wrote down of a log is read back whole, by this run or, where it was broken off, by the next.
func TestReadLogs(t *testing.T) {
	t.Parallel()
	c, _, crawl := coordinate(t)
	l := c.readLogs(t, crawl, someLogs...)
	if got, want := l.progress(t, "a.log"), (LogProgress{All: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	content := strings.Repeat("0123456789", partSize/4) // two and a half parts
	settle := l.begin(t, c.pool, "a.log")
	if err := settle(text(t, content), nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, want := l.progress(t, "a.log"), (LogProgress{Done: true}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got, err := io.ReadAll(l.Open(t.Context(), "a.log")); err != nil || string(got) != content {
			t.Errorf("got %d bytes, %v, want %d", len(got), err, len(content))
		}
		l = c.readLogs(t, crawl, someLogs...)
		if n := one[int](t, c, `SELECT count(*) FROM river_job WHERE state = 'available'`); n != 1 {
			t.Errorf("%d jobs wait, want that of the other log", n)
		}
	}
	changed := someLogs[0]
	changed.Size++
	if l = c.readLogs(t, crawl, changed); l.progress(t, "a.log").Done {
		t.Error("a log that has changed is not read anew")
	}
	if err := l.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, c, `SELECT (SELECT count(*) FROM fleet_logs) + (SELECT count(*) FROM fleet_transcripts) + (SELECT count(*) FROM river_job WHERE state <> 'completed')`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	if _, err := l.Progress(t.Context(), "a.log"); !errors.Is(err, errEnded) {
		t.Errorf("got %v, want that it has ended", err)
	}
}

// Each log either has a transcript, or a reason why it has none, or a job.
func TestLogsThatAreNotRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare string
		failed  error
		// fenced is whether it comes too late.
		fenced  bool
		want    LogProgress
		waiting int
	}{
		"the log is bad":        {failed: errors.New("no\nlog"), want: LogProgress{Read: 1, All: 2, Failed: "no log"}, waiting: 1},
		"the worker stops":      {failed: errDraining, want: LogProgress{All: 2}, waiting: 2},
		"the database is full":  {prepare: `UPDATE fleet_logs SET bytes = 4294967296 WHERE name = 'b.log'`, want: LogProgress{Read: 2, All: 2, Failed: "there is no more room in the database for what is read of logs"}, waiting: 1},
		"the job was given up":  {prepare: `DELETE FROM river_job`, fenced: true, want: LogProgress{All: 2, Failed: "its job was given up"}},
		"another has the job":   {prepare: `UPDATE river_job SET attempted_by = '{us,them}' WHERE state = 'running'`, fenced: true, want: LogProgress{All: 2}, waiting: 1},
		"it is tried once more": {prepare: `UPDATE river_job SET attempt = 2 WHERE state = 'running'`, fenced: true, want: LogProgress{All: 2}, waiting: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _, crawl := coordinate(t)
			l := c.readLogs(t, crawl, someLogs...)
			settle := l.begin(t, c.pool, "a.log")
			if test.prepare != "" {
				if _, err := c.pool.Exec(t.Context(), test.prepare); err != nil {
					t.Fatal(err)
				}
			}
			if err := settle(text(t, "content"), test.failed); errors.Is(err, errFenced) != test.fenced || err != nil && !test.fenced {
				t.Fatalf("got %v", err)
			}
			if got := l.progress(t, "a.log"); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if n := one[int](t, c, `SELECT count(*) FROM river_job WHERE state = 'available'`); n != test.waiting {
				t.Errorf("%d jobs wait, want %d", n, test.waiting)
			}
			if n := one[int](t, c, `SELECT count(*) FROM fleet_transcripts`); n != 0 {
				t.Errorf("%d parts were written", n)
			}
		})
	}
}

// Reading ends when the worker is to stop, and says why it ended.
func TestReadLogIsStopped(t *testing.T) {
	t.Parallel()
	m := &member{draining: make(chan struct{}), Worker: &Worker{ReadLog: func(ctx context.Context, _ Log, _ io.Writer) error {
		<-ctx.Done()
		return ctx.Err()
	}}}
	close(m.draining)
	if err := m.readLog(t.Context(), Log{}, nil); !errors.Is(err, errDraining) {
		t.Errorf("got %v, want %v", err, errDraining)
	}
}

// A run with another config or version, as any run, leaves nothing of one that was broken off, no job either.
func TestReadLogsEndsOtherRuns(t *testing.T) {
	t.Parallel()
	c, dsn, crawl := coordinate(t)
	c.readLogs(t, crawl, someLogs...)
	crawl.Version = "2"
	l := c.readLogs(t, crawl, someLogs[0])
	if n := one[int](t, c, `SELECT count(*) FROM fleet_logs`); n != 1 {
		t.Errorf("%d logs are asked for, want 1", n)
	}
	if err := l.End(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := Look(t.Context(), dsn)
	if err != nil || s.Logs != nil || len(s.Jobs) > 0 {
		t.Errorf("got %+v, %v, want no logs and no jobs", s, err)
	}
}

// What is written of a log has its bound, and a temporary file no name where that can be.
func TestTemporaryTranscript(t *testing.T) {
	t.Parallel()
	file, remove, err := unnamed()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file.Name()); runtime.GOOS != "windows" && !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is there: %v", file.Name(), err)
	}
	b := &bounded{file, 10}
	for _, c := range []struct {
		text string
		want error
	}{{"0123456", nil}, {"789", nil}, {"0", errNoRoom}} {
		if _, err := io.WriteString(b, c.text); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.text, err, c.want)
		}
	}
	if info, err := file.Stat(); err != nil || info.Size() != 10 {
		t.Errorf("got %v, %v, want 10 bytes", info, err)
	}
	remove()
	if _, err := os.Stat(file.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", file.Name(), err)
	}
}

// What a run that was broken off asked for is let go of, its jobs too.
func TestPruneLogs(t *testing.T) {
	t.Parallel()
	c, dsn, crawl := coordinate(t)
	l := c.readLogs(t, crawl, someLogs...)
	settle := l.begin(t, c.pool, "a.log")
	if err := settle(text(t, "content"), nil); err != nil {
		t.Fatal(err)
	}
	for _, old := range []bool{false, true} {
		if old {
			if _, err := c.pool.Exec(t.Context(), `UPDATE fleet_logs SET asked = asked - interval '7 hours'`); err != nil {
				t.Fatal(err)
			}
		}
		if err := Prune(t.Context(), dsn); err != nil {
			t.Fatal(err)
		}
		if n := one[int](t, c, `SELECT (SELECT count(*) FROM fleet_logs) + (SELECT count(*) FROM fleet_transcripts)
			+ (SELECT count(*) FROM river_job WHERE state = 'available')`); (n == 0) != old {
			t.Errorf("old %t: %d rows are left", old, n)
		}
	}
}
