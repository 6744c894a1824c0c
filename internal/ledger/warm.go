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
	// resolved are the playlists among them that the service was asked to resolve by itself.
	resolved map[string]struct{}
}

// Has reports whether the URL is in the set. On nil it is in none.
func (w *Warm) Has(url string) bool {
	if w == nil {
		return false
	}
	_, ok := w.urls[maphash.String(w.seed, url)]
	return ok
}

// Resolved reports whether the URL is a playlist in the set that the service was asked to resolve by itself, so that it
// warmed the segments too.
func (w *Warm) Resolved(url string) bool {
	if w == nil {
		return false
	}
	_, ok := w.resolved[url]
	return ok
}

// HasResolved reports whether there is any such playlist in the set.
func (w *Warm) HasResolved() bool { return w != nil && len(w.resolved) > 0 }

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
	w := &Warm{seed: maphash.MakeSeed(), urls: map[uint64]struct{}{}, resolved: map[string]struct{}{}}
	since := millis(l.now().Add(-max(ttl, 0)))
	var url sql.RawBytes
	var cost int
	err := l.query(ctx, "read what is warm from", `SELECT url, cost FROM targets
		WHERE state IN ('intent', 'unknown')
			OR state = 'accepted' AND accepted_at > ?
			OR state = 'success' AND (accepted_at > ? OR warm_at > ?)`,
		[]any{since, since, since}, func(rows *sql.Rows) error {
			if err := rows.Scan(&url, &cost); err != nil {
				return err
			}
			w.urls[maphash.Bytes(w.seed, url)] = struct{}{}
			if cost > 1 {
				w.resolved[string(url)] = struct{}{}
			}
			return nil
		})
	return w, err
}
