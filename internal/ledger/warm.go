package ledger

import (
	"context"
	"database/sql"
	"hash/maphash"
	"time"
)

// Warm is a set of URLs that need not be sent. It holds 64-bit hashes, 10 million of them in some 300 MB.
type Warm struct {
	seed maphash.Seed
	urls map[uint64]struct{}
}

// Has reports whether the URL is in the set. On nil it is in none.
func (w *Warm) Has(url string) bool {
	if w == nil {
		return false
	}
	_, ok := w.urls[maphash.String(w.seed, url)]
	return ok
}

// Len is how many URLs are in the set.
func (w *Warm) Len() int {
	if w == nil {
		return 0
	}
	return len(w.urls)
}

// Warm reads which URLs the service accepted or warmed less than ttl ago, and those that may have been sent and are not
// reconciled yet. What failed, or was refused, is not warm.
func (l *Ledger) Warm(ctx context.Context, ttl time.Duration) (*Warm, error) {
	w := &Warm{seed: maphash.MakeSeed(), urls: map[uint64]struct{}{}}
	since := millis(l.now().Add(-max(ttl, 0)))
	var url sql.RawBytes
	err := l.query(ctx, "read what is warm from", `SELECT url FROM targets
		WHERE state IN ('intent', 'unknown')
			OR state = 'accepted' AND accepted_at > ?
			OR state = 'success' AND (accepted_at > ? OR warm_at > ?)`,
		[]any{since, since, since}, func(rows *sql.Rows) error {
			if err := rows.Scan(&url); err != nil {
				return err
			}
			w.urls[maphash.Bytes(w.seed, url)] = struct{}{}
			return nil
		})
	return w, err
}
