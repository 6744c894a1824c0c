package ledger

import (
	"context"
	"database/sql"
	"time"
)

const keepProbes = `INSERT INTO probes (url, at) SELECT value ->> 0, CAST(? AS BIGINT) FROM {each} WHERE TRUE
	ON CONFLICT ({key}) DO UPDATE SET at = excluded.at`

// KeepProbes commits that a cache was asked for the URLs, and did not say that it had them: it has fetched them by now,
// whatever is warmed. It needs no hold on the ledger: see OpenShared.
func (l *Ledger) KeepProbes(ctx context.Context, urls []string) error {
	if len(urls) == 0 {
		return nil
	}
	return l.commit(ctx, "keep probes in", func(tx *tx) error {
		var all rowSet
		for _, url := range urls {
			all.add(url)
		}
		_, err := all.exec(ctx, tx, keepProbes, millis(l.now()), eachRow)
		return err
	})
}

// Probed are the URLs that KeepProbes has kept since then.
func (l *Ledger) Probed(ctx context.Context, since time.Time) (map[string]bool, error) {
	urls := map[string]bool{}
	err := l.query(ctx, "read the probes of", `SELECT url FROM probes WHERE at > ?`, []any{millis(since)}, func(rows *sql.Rows) error {
		var url string
		err := rows.Scan(&url)
		urls[url] = true
		return err
	})
	return urls, err
}
