package ledger

import (
	"context"
	"database/sql"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// Purge is a URL that was removed from the caches, or may have been, and was not warmed again since.
type Purge struct {
	URL, Zone string
	// Sure is false when the answer was lost.
	Sure bool
	// At is when it was answered, or sent.
	At time.Time
}

// The states of a purge.
const (
	purgeIntent = "intent"
	purgeDone   = "purged"
)

const (
	intendPurges = `INSERT INTO purges (url, zone, run, state, at)
		SELECT value ->> 0, value ->> 1, CAST(? AS BIGINT), 'intent', CAST(? AS BIGINT) FROM {each} WHERE TRUE
		ON CONFLICT ({key}) DO UPDATE SET zone = excluded.zone, run = excluded.run, state = excluded.state, at = excluded.at,
			job_id = ''`
	settlePurges = `WITH v AS MATERIALIZED (SELECT value ->> 0 AS url FROM {each})
		UPDATE purges SET state = 'purged', job_id = ?, at = ? FROM v WHERE {purges is v.url}`
	dropPurges = `DELETE FROM purges WHERE url IN (SELECT value ->> 0 FROM {each})`
	// A target that was accepted since is warm again.
	openPurges = `SELECT v.url, v.zone, v.state, v.at FROM purges v LEFT JOIN targets ON {is v.url}
		WHERE COALESCE(targets.accepted_at, 0) < v.at ORDER BY v.at, v.url`
	keepValidators = `INSERT INTO validators (url, validator, read)
		SELECT value ->> 0, value ->> 1, CAST(? AS BIGINT) FROM {each} WHERE TRUE
		ON CONFLICT ({key}) DO UPDATE SET validator = excluded.validator, read = excluded.read
		WHERE validators.validator <> excluded.validator`
	// One that was read after the target was accepted last may be of newer content than what is in the caches.
	readValidator = `SELECT v.validator FROM (SELECT url, validator, read FROM validators WHERE {is url}) v
		JOIN targets ON {is v.url} WHERE targets.accepted_at >= v.read`
)

// IntendPurge commits that the targets are about to be removed from the caches, before they are.
func (l *Ledger) IntendPurge(ctx context.Context, targets []submitter.Target) error {
	run, now := l.currentRun(), millis(l.now())
	return l.write(ctx, "intend a purge in", func(tx *tx) error {
		var all rowSet
		for _, t := range targets {
			all.add(t.URL, t.Zone)
		}
		_, err := all.exec(ctx, tx, intendPurges, run, now, eachRow)
		return err
	})
}

// SettlePurge commits what became of them: removed by the job, or refused, so that they are where they were.
func (l *Ledger) SettlePurge(ctx context.Context, job string, removed, refused []string) error {
	return l.write(ctx, "settle a purge in", func(tx *tx) error {
		var done, not rowSet
		for _, url := range removed {
			done.add(url)
		}
		for _, url := range refused {
			not.add(url)
		}
		if _, err := done.exec(ctx, tx, settlePurges, eachRow, job, millis(l.now())); err != nil {
			return err
		}
		_, err := not.exec(ctx, tx, dropPurges, eachRow)
		return err
	})
}

// OpenPurges lists what was removed, or may have been, and was not accepted since, the oldest first.
func (l *Ledger) OpenPurges(ctx context.Context) ([]Purge, error) {
	var purges []Purge
	err := l.query(ctx, "list the purges of", openPurges, nil, func(rows *sql.Rows) error {
		var p Purge
		var state string
		var at int64
		err := rows.Scan(&p.URL, &p.Zone, &state, &at)
		p.Sure, p.At = state == purgeDone, fromMillis(at)
		purges = append(purges, p)
		return err
	})
	return purges, err
}

// KeepValidators commits the validators (RFC 9110 section 8.8) of what is about to be sent, by URL. They count once their
// target is accepted.
func (l *Ledger) KeepValidators(ctx context.Context, validators map[string]string) error {
	if len(validators) == 0 {
		return nil
	}
	now := millis(l.now())
	return l.write(ctx, "keep validators in", func(tx *tx) error {
		var all rowSet
		for url, v := range validators {
			all.add(url, v)
		}
		_, err := all.exec(ctx, tx, keepValidators, now, eachRow)
		return err
	})
}

// Validator is that of the content of the URL when it was warmed last, empty when it is not known.
func (l *Ledger) Validator(ctx context.Context, url string) (string, error) {
	var validator string
	err := l.query(ctx, "read a validator from", readValidator, []any{url}, func(rows *sql.Rows) error {
		return rows.Scan(&validator)
	})
	return validator, err
}
