package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

const (
	// beatEvery is how often a worker says that it is alive, deadAfter when one that does not is dead: some beats may come
	// late under load, and to be taken for dead costs a worker its jobs.
	beatEvery = time.Second
	deadAfter = 6 * time.Second
	// forgottenAfter is how long a dead worker is remembered.
	forgottenAfter = 24 * time.Hour
)

const (
	beatWorker = `INSERT INTO fleet_workers (id, name, host, pid, version, queue, jobs, since, beat)
		VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), clock_timestamp())
		ON CONFLICT (id) DO UPDATE SET beat = clock_timestamp()`
	forgetWorkers = `DELETE FROM fleet_workers WHERE beat < clock_timestamp() - $1::interval`
	// A job whose worker is dead ends for good, so that nothing this worker may still do of it counts. One that is just being
	// settled is looked at the next time.
	cancelDead = `UPDATE river_job SET state = 'cancelled', finalized_at = clock_timestamp(), errors = array_append(errors, $3::jsonb)
		WHERE id IN (SELECT id FROM river_job j WHERE state = 'running' AND kind = ANY($1) AND NOT EXISTS (SELECT FROM fleet_workers w
			WHERE w.id = j.attempted_by[array_upper(j.attempted_by, 1)] AND w.beat > clock_timestamp() - $2::interval)
			FOR UPDATE SKIP LOCKED)
		RETURNING kind, queue, args`
	runningCrawls = `SELECT id, queue, version, settings, began FROM fleet_crawls`
)

// beat says that the worker is alive.
func (m *member) beat(ctx context.Context) error {
	host, _ := os.Hostname() // empty when it has none
	_, err := m.pool.Exec(ctx, beatWorker, m.id, m.name(), host, os.Getpid(), m.Version, m.queue, m.Jobs)
	return err
}

// watch says that the worker is alive, and looks after the others, until ctx ends.
func (m *member) watch(ctx context.Context) {
	said := map[int64]bool{}
	silent := false
	m.every(ctx, func(ctx context.Context) {
		err := m.beat(ctx)
		if err == nil {
			err = m.lookAfter(ctx, said)
		}
		switch failed := err != nil && ctx.Err() == nil; {
		case failed && !silent:
			m.Log.Error("the database does not answer: waiting for it", "error", oneLine(err))
			silent = true
		case !failed && silent && err == nil:
			m.Log.Info("the database answers again")
			silent = false
		}
	})
}

// keepBeating is watch for a worker that only finishes what it has.
func (m *member) keepBeating(ctx context.Context) {
	m.every(ctx, func(ctx context.Context) { _ = m.beat(ctx) }) // it ends soon, whoever believes that it is dead
}

func (m *member) every(ctx context.Context, do func(context.Context)) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			bounded, cancel := context.WithTimeout(ctx, deadAfter)
			do(bounded)
			cancel()
		}
	}
}

// lookAfter has the jobs of the dead done by others, and says of crawls that are not for this worker why, once.
func (m *member) lookAfter(ctx context.Context, said map[int64]bool) error {
	n, err := rescue(ctx, m.pool, m.client)
	if err != nil {
		return err
	}
	if n > 0 {
		m.Log.Warn("a worker is dead: its jobs are done by others", "jobs", n)
	}
	if _, err := m.pool.Exec(ctx, forgetWorkers, forgottenAfter); err != nil {
		return err
	}
	crawls, err := postgres.Collect(ctx, m.pool, func(row postgres.Row) (c other, err error) {
		return c, row.Scan(&c.id, &c.queue, &c.version, &c.settings, &c.began)
	}, runningCrawls)
	if err != nil {
		return err
	}
	goingOn := map[int64]time.Time{}
	for _, c := range crawls {
		goingOn[c.id] = c.began
		if c.queue != m.queue && !said[c.id] {
			said[c.id] = true
			m.Log.Warn("leaves a crawl to others", "crawl", c.id, "why", m.why(c))
		}
	}
	m.parts.forget(goingOn)
	return nil
}

// other is a crawl, as far as it tells whether it is for a worker.
type other struct {
	id             int64
	queue, version string
	settings       Settings
	began          time.Time
}

// why is what keeps the worker from taking part.
func (m *member) why(c other) string {
	if c.version != m.Version {
		return fmt.Sprintf("it is of edgewarm %s, this worker is of %s", c.version, m.Version)
	}
	return "its config differs from this worker's in " + strings.Join(c.settings.differ(m.Settings), ", ")
}

// rescue has the jobs of dead workers done by others, and returns how many there were.
func rescue(ctx context.Context, pool *postgres.Pool, client *river.Client[postgres.Tx]) (int, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // after Commit it does nothing
	why, _ := json.Marshal(map[string]any{        // plain strings always marshal
		"at": time.Now().UTC(), "attempt": 1, "error": "its worker was not heard of for " + deadAfter.String(), "trace": "",
	})
	jobs, err := postgres.Collect(ctx, tx, insertionAgain, cancelDead, kinds, deadAfter, why)
	if err != nil || len(jobs) == 0 {
		return 0, err
	}
	again := jobs[:0:0]
	for _, j := range jobs {
		if argsIn(j).Deaths <= maxDeaths {
			again = append(again, j)
		}
	}
	if len(again) > 0 {
		if _, err := client.InsertManyFastTx(ctx, tx, again); err != nil {
			return 0, err
		}
	}
	return len(jobs), tx.Commit(ctx)
}

// insertionAgain is that of a job in the place of one that was cancelled.
func insertionAgain(row postgres.Row) (river.InsertManyParams, error) {
	var kind, queue string
	var args batchArgs
	if err := row.Scan(&kind, &queue, &args); err != nil {
		return river.InsertManyParams{}, err
	}
	args.Deaths++
	return insertion(queue, kind, args), nil
}

func argsIn(p river.InsertManyParams) batchArgs { return p.Args.(jobArgs).batch() }

// oneLine is an error's text without line breaks, which that of several addresses tried has.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
