package fleet

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/postgres"
)

// key is what the frontier holds in the place of a Pending's key, which may be long. Of 10 million, two are the same with a
// chance of 1 in 10^24.
type key [md5.Size]byte

func keyOf(p crawler.Pending) key { return md5.Sum([]byte(p.Key)) }

// found is a document that may be new.
type found struct {
	key   key
	kind  string
	batch int64
	path  []byte
}

const (
	knownKeys = `SELECT key FROM fleet_frontier WHERE crawl = $1 AND key = ANY($2)`
	newBatch  = `SELECT nextval('fleet_batches') FROM generate_series(1, $1::int)`
	foundIn   = `CREATE TEMPORARY TABLE IF NOT EXISTS fleet_found (key UUID, batch BIGINT, path BYTEA) ON COMMIT DELETE ROWS`
	// Transactions that find the same at once wait for each other in one order.
	addFound = `INSERT INTO fleet_frontier (crawl, key, batch, path) SELECT $1, key, batch, path FROM fleet_found ORDER BY key
		ON CONFLICT DO NOTHING RETURNING batch`
	batchRows = `SELECT key, path FROM fleet_frontier WHERE batch = $1 ORDER BY key`
	giveBack  = `UPDATE fleet_frontier SET batch = $3 WHERE crawl = $1 AND key = ANY($2)`
)

// add puts those of the documents into the frontier that are new, at most so many, and inserts the jobs for them. It returns
// how many there are.
func (f *frontier) add(ctx context.Context, tx postgres.Tx, pending []crawler.Pending, most int64) (int64, error) {
	all, err := f.unknown(ctx, tx, pending)
	if int64(len(all)) > most {
		all = all[:max(most, 0)]
	}
	if err != nil || len(all) == 0 {
		return 0, err
	}
	kindOf, err := f.cut(ctx, tx, all)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, foundIn); err != nil {
		return 0, err
	}
	err = postgres.Copy(ctx, tx, "fleet_found", []string{"key", "batch", "path"}, len(all), func(i int) []any {
		return []any{all[i].key, all[i].batch, all[i].path}
	})
	if err != nil {
		return 0, err
	}
	batches, err := postgres.Collect(ctx, tx, postgres.Scalar[int64], addFound, f.crawl)
	if err != nil {
		return 0, err
	}
	documents := map[int64]int{}
	for _, batch := range batches {
		documents[batch]++
	}
	var jobs []river.InsertManyParams
	for batch, n := range documents {
		jobs = append(jobs, insertion(f.queue, kindOf[batch], batchArgs{Crawl: f.crawl, Batch: batch, Documents: n}))
	}
	return int64(len(batches)), f.insert(ctx, tx, jobs)
}

// frontier is what is known of a crawl's documents.
type frontier struct {
	client *river.Client[postgres.Tx]
	crawl  int64
	queue  string
	began  time.Time
	sizes  Sizes
}

// unknown are the documents that the frontier does not have, each once.
func (f *frontier) unknown(ctx context.Context, tx postgres.Tx, pending []crawler.Pending) ([]found, error) {
	met := make(map[key]bool, len(pending))
	keys := make([]key, 0, len(pending))
	for _, p := range pending {
		if k := keyOf(p); !met[k] {
			met[k] = true
			keys = append(keys, k)
		}
	}
	known, err := postgres.Collect(ctx, tx, postgres.Scalar[key], knownKeys, f.crawl, keys)
	if err != nil {
		return nil, err
	}
	for _, k := range known {
		delete(met, k)
	}
	var all []found
	for _, p := range pending {
		if k := keyOf(p); met[k] {
			delete(met, k)
			all = append(all, found{key: k, kind: kindFor(p.Kind), path: p.Path})
		}
	}
	return all, nil
}

// cut gives each document its batch, and returns the kind of each batch's job.
func (f *frontier) cut(ctx context.Context, tx postgres.Tx, all []found) (map[int64]string, error) {
	count := map[string]int{}
	batches := 0
	for i := range all {
		if kind := all[i].kind; count[kind]%f.sizes.of(kind) == 0 {
			batches++
		}
		count[all[i].kind]++
	}
	ids, err := postgres.Collect(ctx, tx, postgres.Scalar[int64], newBatch, batches)
	if err != nil {
		return nil, err
	}
	if len(ids) != batches {
		return nil, fmt.Errorf("got %d numbers of batches, want %d", len(ids), batches)
	}
	kindOf, open := map[int64]string{}, map[string]int64{}
	clear(count)
	for i := range all {
		kind := all[i].kind
		if count[kind]%f.sizes.of(kind) == 0 {
			open[kind], ids = ids[0], ids[1:]
			kindOf[open[kind]] = kind
		}
		count[kind]++
		all[i].batch = open[kind]
	}
	return kindOf, nil
}

// giveBack makes a job of what another had and did not begin.
func (f *frontier) giveBack(ctx context.Context, tx postgres.Tx, kind string, keys []key) error {
	if len(keys) == 0 {
		return nil
	}
	var batch int64
	if err := tx.QueryRow(ctx, newBatch, 1).Scan(&batch); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, giveBack, f.crawl, keys, batch); err != nil {
		return err
	}
	return f.insert(ctx, tx, []river.InsertManyParams{
		insertion(f.queue, kind, batchArgs{Crawl: f.crawl, Batch: batch, Documents: len(keys)}),
	})
}

func (f *frontier) insert(ctx context.Context, tx postgres.Tx, jobs []river.InsertManyParams) error {
	return insert(ctx, tx, f.client, jobs)
}

// waiting is a document of a batch.
type waiting struct {
	key key
	crawler.Pending
}

// batch reads the documents of a job.
func (f *frontier) batch(ctx context.Context, tx *postgres.Pool, batch int64) ([]waiting, error) {
	return postgres.Collect(ctx, tx, func(row postgres.Row) (w waiting, err error) {
		err = row.Scan(&w.key, &w.Path)
		w.Key = hex.EncodeToString(w.key[:])
		return w, err
	}, batchRows, batch)
}
