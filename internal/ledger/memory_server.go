package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/postgres"
)

// Noted is what was remembered of one document.
type Noted struct {
	URL string
	crawler.Memo
}

// MaxHeld bounds the bytes of all listings that are remembered.
const MaxHeld = maxHeld

const (
	memosTable = `CREATE TEMPORARY TABLE IF NOT EXISTS memos
		(url TEXT COLLATE "C", asked BIGINT, read BIGINT, lastmod BIGINT, listing BYTEA) ON COMMIT DELETE ROWS`
	// What several transactions remember at once they lock in one order.
	lockMemos = `SELECT FROM documents JOIN memos ON documents.url_key = md5(memos.url)::uuid ORDER BY documents.url_key
		FOR UPDATE OF documents`
	mergeMemos = `INSERT INTO documents (url, crawl, asked, read, lastmod, listing)
		SELECT DISTINCT ON (md5(url)::uuid) url, $1, asked, read, lastmod, listing FROM memos WHERE listing IS NOT NULL
			ORDER BY md5(url)::uuid, asked DESC
		ON CONFLICT (url_key) DO UPDATE SET crawl = excluded.crawl, asked = excluded.asked, read = excluded.read,
			lastmod = excluded.lastmod, listing = excluded.listing`
	touchMemos = `UPDATE documents SET crawl = $1, asked = memos.asked, read = memos.read, lastmod = memos.lastmod
		FROM memos WHERE memos.listing IS NULL AND documents.url_key = md5(memos.url)::uuid`
)

// RememberIn keeps documents of a crawl in a ledger on PostgreSQL, beside whoever holds it, as part of a transaction there.
// Where the Listing of one is nil, the one that is remembered stays.
func RememberIn(ctx context.Context, tx postgres.Tx, crawl int64, documents []Noted) error {
	if len(documents) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, memosTable); err != nil {
		return fmt.Errorf("remember documents: %w", err)
	}
	err := postgres.Copy(ctx, tx, "memos", []string{"url", "asked", "read", "lastmod", "listing"}, len(documents), func(i int) []any {
		d := &documents[i]
		return []any{d.URL, millis(d.Asked), millis(d.Read), millis(d.LastMod), d.Listing}
	})
	if err != nil {
		return fmt.Errorf("remember documents: %w", err)
	}
	if _, err := tx.Exec(ctx, lockMemos); err != nil {
		return fmt.Errorf("remember documents: %w", err)
	}
	for _, text := range []string{mergeMemos, touchMemos} {
		if _, err := tx.Exec(ctx, text, crawl); err != nil {
			return fmt.Errorf("remember documents: %w", err)
		}
	}
	return nil
}

// ServerMemory is what is remembered in a ledger on PostgreSQL, to be recalled for a crawl that another process began. It is
// half a crawler.Memory: what is to be remembered goes to RememberIn. It is safe for several goroutines.
type ServerMemory struct {
	Pool *postgres.Pool
	// Crawl is the number of the crawl, Began when it began.
	Crawl int64
	Began time.Time
}

const recallOnServer = `SELECT crawl, asked, read, lastmod, listing FROM documents WHERE url_key = md5($1)::uuid`

// Recall returns what is remembered of the document. What the database does not tell is not known.
func (m *ServerMemory) Recall(ctx context.Context, url string) crawler.Memo {
	var d document
	if err := m.Pool.QueryRow(ctx, recallOnServer, url).Scan(d.columns()...); err != nil {
		return crawler.Memo{}
	}
	return d.memo(m.Crawl, m.Began.Add(-freshFor), time.Now())
}

// Crawl is the number of the crawl.
func (m *Memory) Crawl() int64 { return m.crawl }

// Held is the bytes of all listings, or somewhat more.
func (m *Memory) Held() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held
}

// Since says when the crawl began, where that was before Memory was called: what it asked for since need not be asked for
// again.
func (m *Memory) Since(began time.Time) { m.fresh = began.Add(-freshFor) }
