package ledger

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

var _ crawler.Memory = (*Memory)(nil)

// Memory is what crawls remember of documents, for one crawl: a new one, or the last one if that was broken off. It is
// safe for several goroutines.
//
// What is to be remembered is written many documents at a time, and is on disk when Close returns: a crash loses the last
// of it, and a document that is lost is fetched again. No fault of the ledger ends a crawl: Close tells it.
type Memory struct {
	ledger *Ledger
	crawl  int64
	recall *sql.Stmt
	ahead  ahead
	fresh  time.Time // what the crawl asked for since need not be asked for again

	mu      sync.Mutex
	waiting []Noted
	weight  int       // bytes of what waits
	since   time.Time // when the first of it came
	held    int64     // bytes of all listings, or somewhat more
	err     error     // the first
}

// ErrMemoryFull is returned by Memory.Close when documents were not remembered since too much is remembered already.
var ErrMemoryFull = errors.New("documents were not remembered, and will be fetched again: the listings of those that are take " +
	"more than 1 GiB; what was not met for 30 days makes room")

const (
	// freshFor is how long a crawl that was broken off need not ask again for what it had: when it goes on later than that,
	// a site may well have changed.
	freshFor = 6 * time.Hour
	// maxSkew is how far the clocks of the machines of one crawl may be apart.
	maxSkew = time.Minute
	// keptFor is how long what is met no more is remembered. The crawler itself takes nothing that is older.
	keptFor = 30 * 24 * time.Hour
	// maxHeld bounds the bytes of all listings: those of a million documents. See Options.MaxHeld.
	maxHeld = 1 << 30

	// A transaction waits for the disk, so that it writes as many documents as come in some seconds, but no more bytes than
	// are no matter to memory.
	maxWaiting       = 512
	maxWaitingWeight = 4 << 20 // and no more than waitingShare of maxHeld, which room goes by
	maxWaitingTime   = 2 * time.Second
	waitingShare     = 16
)

const (
	recallDocument   = `SELECT crawl, asked, read, lastmod, listing FROM documents WHERE {is url}`
	rememberDocument = `INSERT INTO documents (url, crawl, asked, read, lastmod, listing) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT ({key}) DO UPDATE SET crawl = excluded.crawl, asked = excluded.asked, read = excluded.read,
			lastmod = excluded.lastmod, listing = excluded.listing`
	touchDocument = `UPDATE documents SET crawl = ?, asked = ?, read = ?, lastmod = ? WHERE {is url}`
)

// Memory begins a crawl, or goes on with the last one when that has no end. It is to be closed.
func (l *Ledger) Memory(ctx context.Context) (*Memory, error) {
	m := &Memory{ledger: l}
	m.Since(l.now())
	err := l.write(ctx, "begin a crawl in", func(tx *tx) error {
		var ended int64
		err := tx.row(ctx, `SELECT id, ended FROM crawls ORDER BY id DESC LIMIT 1`).Scan(&m.crawl, &ended)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil && ended == 0 {
			return nil
		}
		m.crawl++
		_, err = tx.exec(ctx, `INSERT INTO crawls (id, started) VALUES (?, ?)`, m.crawl, millis(l.now()))
		return err
	})
	if err != nil {
		return nil, err
	}
	if m.held, err = l.heldBytes(ctx); err != nil {
		return nil, err
	}
	m.ahead.read = m.readAhead
	m.recall, err = l.db.PrepareContext(ctx, l.statement(recallDocument))
	return m, l.wrap("begin a crawl in", err)
}

// Recall returns what is on disk of the document.
func (m *Memory) Recall(ctx context.Context, url string) crawler.Memo {
	if d, known := m.ahead.take(ctx, url); known {
		return m.memo(d)
	}
	var d document
	err := m.recall.QueryRowContext(ctx, url).Scan(d.columns()...)
	if err != nil {
		if !errors.Is(err, sql.ErrNoRows) && ctx.Err() == nil {
			m.fail(m.ledger.wrap("recall a document from", err))
		}
		return crawler.Memo{}
	}
	return m.memo(&d)
}

// memo is what the row is for this crawl; nil is nothing.
func (m *Memory) memo(d *document) crawler.Memo {
	if d == nil {
		return crawler.Memo{}
	}
	return d.memo(m.crawl, m.fresh, m.ledger.now())
}

// document is a row of what is remembered, as recallDocument has it.
type document struct {
	crawl, asked, read, lastMod int64
	listing                     []byte
}

func (d *document) columns() []any {
	return []any{&d.crawl, &d.asked, &d.read, &d.lastMod, &d.listing}
}

// memo is what the row is for a crawl that need not ask again for what it asked for since fresh.
func (d *document) memo(crawl int64, fresh, now time.Time) crawler.Memo {
	m := crawler.Memo{Asked: past(d.asked, now), Read: past(d.read, now), LastMod: fromMillis(d.lastMod), Listing: d.listing}
	m.Fresh = d.crawl == crawl && !m.Asked.Before(fresh) && !m.Asked.After(now)
	return m
}

// past is when something happened, perhaps by the clock of another machine that is a little ahead of this one's.
func past(ms int64, now time.Time) time.Time {
	t := fromMillis(ms)
	if ahead := t.Sub(now); ahead > 0 && ahead <= maxSkew {
		return now
	}
	return t
}

// Remember has the document written with the next ones.
func (m *Memory) Remember(ctx context.Context, url string, memo crawler.Memo) {
	m.ahead.forget(url)
	m.mu.Lock()
	if len(m.waiting) == 0 {
		m.since = m.ledger.now()
	}
	m.waiting = append(m.waiting, Noted{url, memo})
	m.weight += len(url) + len(memo.Listing)
	var full []Noted
	if len(m.waiting) >= maxWaiting || m.weight >= m.ledger.maxWaitingWeight() || m.ledger.now().Sub(m.since) >= maxWaitingTime {
		full = m.take()
	}
	m.mu.Unlock()
	m.store(ctx, full)
}

// take empties what waits. The lock is held.
func (m *Memory) take() []Noted {
	waiting := m.waiting
	m.waiting, m.weight = nil, 0
	return waiting
}

// store writes documents in one transaction, also when the crawl is just being ended.
func (m *Memory) store(ctx context.Context, documents []Noted) {
	if len(documents) == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	room, err := m.room(ctx, documents)
	if err == nil {
		err = m.ledger.write(ctx, "remember documents in", func(tx *tx) error {
			return m.insert(ctx, tx, documents, room)
		})
	}
	m.fail(err)
}

func (m *Memory) insert(ctx context.Context, tx *tx, documents []Noted, room bool) error {
	insert, err := tx.prepare(ctx, rememberDocument)
	if err != nil {
		return err
	}
	defer insert.Close()
	touch, err := tx.prepare(ctx, touchDocument)
	if err != nil {
		return err
	}
	defer touch.Close()
	for _, d := range documents {
		asked, read, lastMod := millis(d.Asked), millis(d.Read), millis(d.LastMod)
		switch {
		case d.Listing == nil:
			_, err = touch.ExecContext(ctx, m.crawl, asked, read, lastMod, d.URL)
		case room:
			_, err = insert.ExecContext(ctx, d.URL, m.crawl, asked, read, lastMod, d.Listing)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// room counts the documents in, and reports whether there is room for them.
func (m *Memory) room(ctx context.Context, documents []Noted) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range documents {
		m.held += int64(len(d.Listing))
	}
	most := m.ledger.maxHeld()
	if m.held <= most {
		return true, nil
	}
	// Those that replace others were counted twice.
	held, err := m.ledger.heldBytes(ctx)
	if m.held = held; err != nil {
		return false, err
	}
	if held > most/10*9 {
		if m.err == nil {
			m.err = ErrMemoryFull
		}
		return false, nil
	}
	return true, nil
}

func (m *Memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.err = err
	}
}

// Close writes what waits, and when the crawl came to its end lets go of what was not met for a long time. It returns the
// first that went wrong since Memory; the Ledger stays open.
func (m *Memory) Close(ctx context.Context, ended bool) error {
	m.ahead.end()
	m.mu.Lock()
	waiting := m.take()
	m.mu.Unlock()
	m.store(ctx, waiting)
	if ended {
		m.fail(m.end(context.WithoutCancel(ctx)))
	}
	m.fail(m.recall.Close())
	return m.err
}

func (m *Memory) end(ctx context.Context) error {
	now := m.ledger.now()
	return m.ledger.write(ctx, "end a crawl in", func(tx *tx) error {
		for _, s := range []struct {
			text string
			args []any
		}{
			{`DELETE FROM crawls WHERE id < ?`, []any{m.crawl}},
			{`DELETE FROM documents WHERE asked < ?`, []any{millis(now.Add(-keptFor))}},
		} {
			if _, err := tx.exec(ctx, s.text, s.args...); err != nil {
				return err
			}
		}
		result, err := tx.exec(ctx, `UPDATE crawls SET ended = ? WHERE id = ?`, millis(now), m.crawl)
		return affected(result, err, "there is no crawl %d", m.crawl)
	})
}

func (l *Ledger) maxWaitingWeight() int { return int(min(maxWaitingWeight, l.maxHeld()/waitingShare)) }

func (l *Ledger) maxHeld() int64 { return cmp.Or(l.o.MaxHeld, maxHeld) }

func (l *Ledger) heldBytes(ctx context.Context) (held int64, err error) {
	err = l.query(ctx, "measure what is remembered in", `SELECT COALESCE(SUM(LENGTH(listing)), 0) FROM documents`, nil,
		func(rows *sql.Rows) error { return rows.Scan(&held) })
	return held, err
}
