package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/riverqueue/river"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// maxLogTime bounds the reading of one log. One that takes longer is read by the coordinator, which has no bound.
const maxLogTime = time.Hour

// logJob reads one log.
type logJob struct {
	river.WorkerDefaults[logArgs]
	member *member
}

// Timeout leaves time to settle what came of reading.
func (j *logJob) Timeout(*river.Job[logArgs]) time.Duration { return maxLogTime + settleTime }

const settleTime = 5 * time.Minute

// NextRetry is soon: what a log itself is to blame for fails no job.
func (j *logJob) NextRetry(r *river.Job[logArgs]) time.Time { return soon(r.Attempt) }

var (
	errDraining = errors.New("the worker is to stop")
	// errNoRoom is found while it is read where one log alone is too much: the worker's disk has no more room than that.
	errNoRoom  = errors.New("there is no more room in the database for what is read of logs")
	errTooLong = fmt.Errorf("reading it took over %s", maxLogTime)
)

const logToRead = `SELECT name, link, size, modified FROM fleet_logs WHERE id = $1 AND bytes IS NULL`

// Work reads the log into a temporary file, and settles what came of it in one transaction.
func (j *logJob) Work(ctx context.Context, r *river.Job[logArgs]) error {
	m, id := j.member, r.Args.Batch
	var log Log
	var modified int64
	err := m.pool.QueryRow(ctx, logToRead, id).Scan(&log.Name, &log.Link, &log.Size, &modified)
	if errors.Is(err, postgres.ErrNoRows) {
		return river.JobCancel(errEnded)
	}
	if err != nil {
		return err
	}
	log.Modified = time.Unix(0, modified)
	text, remove, err := unnamed()
	if err != nil {
		return err
	}
	defer remove()
	failed := m.readLog(ctx, log, text)
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return m.within(ctx, fence{r.ID, r.Attempt, m.id}, func(tx postgres.Tx) error {
		return m.settleLog(ctx, tx, r.Args.batchArgs, text, failed, completion(ctx, r))
	})
}

// unnamed is a temporary file until remove. Where the system allows that, it has no name, and none is left by a worker that
// is killed.
func unnamed() (file *os.File, remove func(), err error) {
	if file, err = os.CreateTemp("", "edgewarm-log-*"); err != nil {
		return nil, nil, err
	}
	removed := os.Remove(file.Name()) == nil
	return file, func() {
		_ = file.Close()
		if !removed {
			_ = os.Remove(file.Name())
		}
	}, nil
}

// bounded writes as much as is left, and then fails.
type bounded struct {
	io.Writer
	left int64
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, errNoRoom
	}
	return b.Writer.Write(p)
}

// readLog reads until the log ends, or the time for it, or the worker is to stop.
func (m *member) readLog(ctx context.Context, log Log, text *os.File) error {
	ctx, cancel := context.WithTimeoutCause(ctx, maxLogTime, errTooLong)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		select {
		case <-m.draining:
			stop(errDraining)
		case <-ctx.Done():
		}
	}()
	if err := m.ReadLog(ctx, log, &bounded{text, maxTranscripts}); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return err
	}
	return nil
}

// settleLog writes down what came of a log: its transcript, that it is to be read by another worker, or by the coordinator.
func (m *member) settleLog(ctx context.Context, tx postgres.Tx, args batchArgs, text *os.File, failed error, complete func(postgres.Tx) error) (err error) {
	switch {
	case failed == nil:
		err = store(ctx, tx, args.Batch, text)
	case errors.Is(failed, errDraining):
		err = insert(ctx, tx, m.client, []river.InsertManyParams{insertion(m.queue, logKind, args)})
	default:
		m.Log.Warn("a log cannot be read here", "error", oneLine(failed))
		err = fail(ctx, tx, args.Batch, oneLine(failed))
	}
	if err != nil {
		return err
	}
	return complete(tx)
}
