package fleet

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/riverqueue/river"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// Log is an access log that workers may read.
type Log struct {
	Name string
	// Link is what a worker opens it by, beside its name. It may be a secret, such as a signed URL, and is in the database
	// until the log was counted.
	Link string
	// Size and Modified are those that it must still have.
	Size     int64
	Modified time.Time
}

// Logs are those that workers were asked to read.
type Logs struct {
	c     *Coordinator
	queue string
	ids   map[string]int64
}

const (
	// Nothing that an earlier run asked for is waited for any more, and its workers find that they are fenced out. There is
	// one run at a time, so that it is of no matter with which config or version that was.
	forgetAll = `DELETE FROM river_job WHERE kind = $1 AND state NOT IN ('completed', 'cancelled', 'discarded')`
	otherLogs = `DELETE FROM fleet_logs WHERE queue <> $1`
	// forgetReaders is forgetAll of one run.
	forgetReaders = `DELETE FROM river_job WHERE kind = $1 AND queue = $2 AND state NOT IN ('completed', 'cancelled', 'discarded')`
	// staleLogs are those of runs that were broken off, and nobody went on with.
	staleLogs = `DELETE FROM fleet_logs WHERE asked < clock_timestamp() - $1::interval`
	// strayReaders are the jobs of such. One that is just being settled finds nothing, and ends by itself.
	strayReaders = `DELETE FROM river_job WHERE id IN (SELECT id FROM river_job j
		WHERE kind = $1 AND state NOT IN ('completed', 'cancelled', 'discarded')
			AND NOT EXISTS (SELECT FROM fleet_logs l WHERE l.id = (j.args ->> 'batch')::bigint)
		FOR UPDATE SKIP LOCKED)`
	strayText = `DELETE FROM fleet_transcripts t WHERE NOT EXISTS (SELECT FROM fleet_logs l WHERE l.id = t.log)`
	// What an earlier run was told of the same log is of use.
	askForLogs = `INSERT INTO fleet_logs (queue, name, link, size, modified, asked)
		SELECT $1, n.name, n.link, n.size, n.modified, clock_timestamp()
			FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) AS n (name, link, size, modified)
		ON CONFLICT (queue, md5(name), size, modified) DO UPDATE SET link = excluded.link, failed = '', asked = excluded.asked
		RETURNING id, name, bytes IS NOT NULL`
	endLogs = `DELETE FROM fleet_logs WHERE queue = $1`
)

// ReadLogs asks workers of a version and settings for transcripts of the logs, whose names are unique, the first ones first.
func (c *Coordinator) ReadLogs(ctx context.Context, version string, settings Settings, logs []Log) (*Logs, error) {
	l := &Logs{c: c, queue: settings.queue(version), ids: map[string]int64{}}
	return l, c.commit(ctx, "have logs read in", func(tx postgres.Tx) error {
		if err := l.clear(ctx, tx); err != nil {
			return err
		}
		done, err := l.ask(ctx, tx, logs)
		if err != nil {
			return err
		}
		var jobs []river.InsertManyParams
		for _, log := range logs {
			if id := l.ids[log.Name]; !done[id] {
				jobs = append(jobs, insertion(l.queue, logKind, batchArgs{Batch: id, Documents: 1}))
			}
		}
		return insert(ctx, tx, c.client, jobs)
	})
}

// clear takes away what is left of earlier runs and of no use.
func (l *Logs) clear(ctx context.Context, tx postgres.Tx) error {
	if _, err := tx.Exec(ctx, forgetAll, logKind); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, otherLogs, l.queue); err != nil {
		return err
	}
	return pruneLogs(ctx, tx)
}

func pruneLogs(ctx context.Context, tx postgres.Tx) error {
	if _, err := tx.Exec(ctx, staleLogs, staleAfter); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, strayReaders, logKind); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, strayText)
	return err
}

// ask writes down the logs, and returns which of them were read already.
func (l *Logs) ask(ctx context.Context, tx postgres.Tx, logs []Log) (done map[int64]bool, err error) {
	n := len(logs)
	names, links, sizes, times := make([]string, n), make([]string, n), make([]int64, n), make([]int64, n)
	for i, log := range logs {
		names[i], links[i], sizes[i], times[i] = log.Name, log.Link, log.Size, log.Modified.UnixNano()
	}
	done = map[int64]bool{}
	_, err = postgres.Collect(ctx, tx, func(row postgres.Row) (struct{}, error) {
		var id int64
		var name string
		var isDone bool
		err := row.Scan(&id, &name, &isDone)
		l.ids[name], done[id] = id, isDone
		return struct{}{}, err
	}, askForLogs, l.queue, names, links, sizes, times)
	return done, err
}

// LogProgress is how far the reading of logs is.
type LogProgress struct {
	// Read is how many of All were read, or cannot be. They are not counted once the log is Done.
	Read, All int
	Turnout
	// Done says that a log's transcript is there, Failed why there will be none.
	Done   bool
	Failed string
}

const readLogProgress = `SELECT
	CASE WHEN bytes IS NULL THEN (SELECT count(*) FROM fleet_logs WHERE queue = q.queue AND (bytes IS NOT NULL OR failed <> '')) ELSE 0 END,
	CASE WHEN bytes IS NULL THEN (SELECT count(*) FROM fleet_logs WHERE queue = q.queue) ELSE 0 END,
	bytes IS NOT NULL, failed, EXISTS (SELECT FROM river_job WHERE kind = $3 AND args @> jsonb_build_object('batch', $1::bigint)
		AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled')),` + readTurnout + `
	FROM fleet_logs q WHERE id = $1`

// Progress tells how far workers are, and what became of one log.
func (l *Logs) Progress(ctx context.Context, name string) (p LogProgress, err error) {
	var waits bool
	err = l.c.pool.QueryRow(ctx, readLogProgress, l.ids[name], deadAfter, logKind).Scan(
		&p.Read, &p.All, &p.Done, &p.Failed, &waits, &p.Workers, &p.Others, &p.Paused)
	if errors.Is(err, postgres.ErrNoRows) {
		err = errEnded
	}
	if err == nil && !p.Done && p.Failed == "" && !waits {
		p.Failed = "its job was given up"
	}
	return p, l.c.wrap("read how far the logs are in", err)
}

// Open opens the transcript of a log that is Done. It can be read until ctx ends.
func (l *Logs) Open(ctx context.Context, name string) io.ReadCloser {
	return &transcript{ctx: ctx, pool: l.c.pool, log: l.ids[name]}
}

// End lets go of the logs. Workers that are at one write nothing any more.
func (l *Logs) End(ctx context.Context) error {
	return l.c.commit(ctx, "end the reading of logs in", func(tx postgres.Tx) error {
		if _, err := tx.Exec(ctx, forgetReaders, logKind, l.queue); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, endLogs, l.queue); err != nil {
			return err
		}
		return pruneLogs(ctx, tx)
	})
}
