package ledger_test

import (
	"database/sql"
	"syscall"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// benchBatches are the batches of BenchmarkTargets, of 1000 targets each.
const benchBatches = 10

// BenchmarkTargets writes 10,000 targets down before they are sent and once it is known what became of them, in turns with
// plain rows of the same URLs in a table of SQLite's: inserted, and updated, a thousand in a transaction, with the same care
// for the disk. x-insert is how many times as long it takes, of which the fastest each count, and x-insert-cpu the same in
// processor time; it buys attempts, batches, jobs and days of quota, which the plain rows do not have.
func BenchmarkTargets(b *testing.B) {
	var batches []submitter.Batch
	for i := range benchBatches {
		batches = append(batches, batchOf(1000, 1000*i))
	}
	ours, plain := written{time.Hour, time.Hour}, written{time.Hour, time.Hour}
	for b.Loop() {
		ours.least(writeTargets(b, batches))
		b.StopTimer()
		plain.least(insertRows(b, batches))
		b.StartTimer()
	}
	b.ReportMetric(ours.wall.Seconds()/plain.wall.Seconds(), "x-insert")
	b.ReportMetric(ours.cpu.Seconds()/plain.cpu.Seconds(), "x-insert-cpu")
	b.ReportMetric(1000*benchBatches/ours.wall.Seconds(), "targets/s")
	b.ReportMetric(1000*benchBatches/plain.wall.Seconds(), "rows/s")
}

// written is what writing took, of the clock and of the processors.
type written struct{ wall, cpu time.Duration }

func (w *written) least(o written) { w.wall, w.cpu = min(w.wall, o.wall), min(w.cpu, o.cpu) }

// since is what has passed since an earlier now.
func (w written) since() written {
	n := now()
	return written{n.wall - w.wall, n.cpu - w.cpu}
}

var benchBegin = time.Now()

func now() written {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // without it, the ratio is not a number
	return written{time.Since(benchBegin), time.Duration(u.Utime.Nano() + u.Stime.Nano())}
}

func writeTargets(b *testing.B, batches []submitter.Batch) written {
	b.Helper()
	l, err := ledger.Open(b.Context(), newFile(b), ledger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	states := make([]submitter.State, 1000)
	for i := range states {
		states[i] = submitter.Accepted
	}
	begin := now()
	for _, batch := range batches {
		if err := l.Intend(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		if err := l.Settle(b.Context(), batch, outcome("job", states...)); err != nil {
			b.Fatal(err)
		}
	}
	return begin.since()
}

func insertRows(b *testing.B, batches []submitter.Batch) written {
	b.Helper()
	db, err := sql.Open("sqlite", newFile(b)+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE targets (url TEXT PRIMARY KEY, state TEXT NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	begin := now()
	for _, batch := range batches {
		for _, text := range []string{"INSERT INTO targets (state, url) VALUES (?, ?)", "UPDATE targets SET state = ? WHERE url = ?"} {
			tx, err := db.Begin()
			if err != nil {
				b.Fatal(err)
			}
			each, err := tx.Prepare(text)
			if err != nil {
				b.Fatal(err)
			}
			for _, u := range batch.URLs {
				if _, err := each.Exec(text[:6], u); err != nil {
					b.Fatal(err)
				}
			}
			if err := tx.Commit(); err != nil {
				b.Fatal(err)
			}
		}
	}
	return begin.since()
}
