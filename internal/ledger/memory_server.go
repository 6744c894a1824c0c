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

const (
	memosTable = `CREATE TEMPORARY TABLE IF NOT EXISTS memos
		(url TEXT COLLATE "C", asked BIGINT, read BIGINT, lastmod BIGINT, listing BYTEA) ON COMMIT DELETE ROWS`
	// What several transactions remember at once they lock in one order.
	lockMemos = `SELECT CASE WHEN memos.listing IS NULL THEN 0 ELSE LENGTH(documents.listing) END
		FROM documents JOIN memos ON documents.url_key = md5(memos.url)::uuid ORDER BY documents.url_key FOR UPDATE OF documents`
	mergeMemos = `INSERT INTO documents (url, crawl, asked, read, lastmod, listing)
		SELECT DISTINCT ON (md5(url)::uuid) url, $1, asked, read, lastmod, listing FROM memos WHERE listing IS NOT NULL
			ORDER BY md5(url)::uuid, asked DESC
		ON CONFLICT (url_key) DO UPDATE SET crawl = excluded.crawl, asked = excluded.asked, read = excluded.read,
			lastmod = excluded.lastmod, listing = excluded.listing`
	touchMemos = `UPDATE documents SET crawl = $1, asked = memos.asked, read = memos.read, lastmod = memos.lastmod
		FROM memos WHERE memos.listing IS NULL AND documents.url_key = md5(memos.url)::uuid`
)

// RememberIn keeps documents of a crawl in a ledger on PostgreSQL, beside whoever holds it, as part of a transaction there.
// Where the Listing of one is nil, the one that is remembered stays. grown is the bytes of listings that there are more.
func RememberIn(ctx context.Context, tx postgres.Tx, crawl int64, documents []Noted) (grown int64, err error) {
	if len(documents) == 0 {
		return 0, nil
	}
	if grown, err = rememberIn(ctx, tx, crawl, documents); err != nil {
		return 0, fmt.Errorf("remember documents: %w", err)
	}
	return grown, nil
}

func rememberIn(ctx context.Context, tx postgres.Tx, crawl int64, documents []Noted) (grown int64, err error) {
	if _, err := tx.Exec(ctx, memosTable); err != nil {
		return 0, err
	}
	err = postgres.Copy(ctx, tx, "memos", []string{"url", "asked", "read", "lastmod", "listing"}, len(documents), func(i int) []any {
		d := &documents[i]
		return []any{d.URL, millis(d.Asked), millis(d.Read), millis(d.LastMod), d.Listing}
	})
	if err != nil {
		return 0, err
	}
	replaced, err := postgres.Collect(ctx, tx, postgres.Scalar[int64], lockMemos)
	if err != nil {
		return 0, err
	}
	for _, text := range []string{mergeMemos, touchMemos} {
		if _, err := tx.Exec(ctx, text, crawl); err != nil {
			return 0, err
		}
	}
	for _, d := range documents {
		grown += int64(len(d.Listing))
	}
	for _, n := range replaced {
		grown -= n
	}
	return grown, nil
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

// Room is the bytes of listings that may still be remembered, or somewhat less.
func (m *Memory) Room() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return max(m.ledger.maxHeld()-m.held, 0)
}

// Recount measures how much is remembered, where others have remembered too.
func (m *Memory) Recount(ctx context.Context) {
	held, err := m.ledger.heldBytes(ctx)
	if err != nil {
		if ctx.Err() == nil {
			m.fail(err)
		}
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held = held
}

// Since says when the crawl began, where that was before Memory was called: what it asked for since need not be asked for
// again.
func (m *Memory) Since(began time.Time) { m.fresh = began.Add(-freshFor) }
