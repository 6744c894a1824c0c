package ledger

import (
	"bufio"
	"context"
	"database/sql"
	"io"
	"io/fs"
)

// endPart is the number of an empty part, which tells that the parts of its generation are complete.
const endPart = -1

// KeepDemand keeps what write writes, which is what was counted of access logs, in the place of what was kept before. It is
// no part of an export, for it can be counted again.
func (l *Ledger) KeepDemand(ctx context.Context, write func(io.Writer) error) error {
	const op = "keep what was counted of logs in"
	w := &demandWriter{ctx: ctx, l: l}
	err := l.query(ctx, op, `SELECT COALESCE(MAX(generation), 0) + 1 FROM demand`, nil,
		func(rows *sql.Rows) error { return rows.Scan(&w.generation) })
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, keptPart)
	if err := write(out); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return l.write(ctx, op, func(tx *tx) error {
		if err := w.insert(tx, endPart, nil); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `DELETE FROM demand WHERE generation <> ?`, w.generation)
		return err
	})
}

// demandWriter writes each part in a transaction of its own: all together may take longer than the hold on the ledger lasts.
type demandWriter struct {
	ctx              context.Context
	l                *Ledger
	generation, part int64
}

func (w *demandWriter) Write(b []byte) (int, error) {
	err := w.l.write(w.ctx, "keep what was counted of logs in", func(tx *tx) error { return w.insert(tx, w.part, b) })
	if err != nil {
		return 0, err
	}
	w.part++
	return len(b), nil
}

func (w *demandWriter) insert(tx *tx, part int64, body []byte) error {
	if body == nil {
		body = []byte{} // it is not NULL
	}
	_, err := tx.exec(w.ctx, `INSERT INTO demand (generation, part, body) VALUES (?, ?, ?)`, w.generation, part, body)
	return err
}

// Demand opens what KeepDemand kept; fs.ErrNotExist when there is nothing. Where it is replaced meanwhile, it ends sooner
// than it should.
func (l *Ledger) Demand(ctx context.Context) (io.Reader, error) {
	r := &demandReader{ctx: ctx, l: l}
	err := l.query(ctx, "look for what was counted of logs in", `SELECT COALESCE(MAX(generation), 0) FROM demand WHERE part = ?`, []any{endPart},
		func(rows *sql.Rows) error { return rows.Scan(&r.generation) })
	if err == nil && r.generation == 0 {
		err = fs.ErrNotExist
	}
	return r, err
}

// demandReader reads one part after the other.
type demandReader struct {
	ctx              context.Context
	l                *Ledger
	generation, part int64
	body             []byte
}

func (r *demandReader) Read(b []byte) (int, error) {
	if len(r.body) == 0 {
		err := r.l.query(r.ctx, "read what was counted of logs in", `SELECT body FROM demand WHERE generation = ? AND part = ?`,
			[]any{r.generation, r.part}, func(rows *sql.Rows) error { return rows.Scan(&r.body) })
		if err != nil {
			return 0, err
		}
		if len(r.body) == 0 {
			return 0, io.EOF
		}
		r.part++
	}
	n := copy(b, r.body)
	r.body = r.body[n:]
	return n, nil
}
