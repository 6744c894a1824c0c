package fleet

import (
	"context"
	"io"
	"os"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

const (
	// partSize is how much of a transcript is written and read at a time.
	partSize = 1 << 20
	// maxTranscripts bounds the bytes of all transcripts in the database: those of some 200 million requests. Logs beyond it
	// are read by the coordinator.
	maxTranscripts = 4 << 30
)

const (
	transcriptBytes = `SELECT COALESCE(SUM(bytes), 0)::bigint FROM fleet_logs`
	logIsRead       = `UPDATE fleet_logs SET bytes = $2, link = '' WHERE id = $1`
	logFailed       = `UPDATE fleet_logs SET failed = $2, link = '' WHERE id = $1`
	readPart        = `SELECT body FROM fleet_transcripts WHERE log = $1 AND part = $2`
)

// store copies the transcript of a log to the database, or notes that there is no room for it.
func store(ctx context.Context, tx postgres.Tx, log int64, text *os.File) error {
	info, err := text.Stat()
	if err != nil {
		return err
	}
	var held int64
	if err := tx.QueryRow(ctx, transcriptBytes).Scan(&held); err != nil {
		return err
	}
	if held+info.Size() > maxTranscripts {
		return fail(ctx, tx, log, "there is no more room in the database for what is read of logs")
	}
	var unread error
	n := int((info.Size() + partSize - 1) / partSize)
	err = postgres.Copy(ctx, tx, "fleet_transcripts", []string{"log", "part", "body"}, n, func(i int) []any {
		body := make([]byte, min(partSize, info.Size()-int64(i)*partSize))
		if _, err := text.ReadAt(body, int64(i)*partSize); err != nil && unread == nil {
			unread = err
		}
		return []any{log, i, body}
	})
	if err == nil {
		err = unread
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, logIsRead, log, info.Size())
	return err
}

// fail notes why there is no transcript.
func fail(ctx context.Context, tx postgres.Tx, log int64, why string) error {
	_, err := tx.Exec(ctx, logFailed, log, why)
	return err
}

// transcript reads what store wrote, until its context ends.
type transcript struct {
	ctx  context.Context
	pool *postgres.Pool
	log  int64
	part int
	body []byte
}

// Read reads from the database as much as it holds of one part.
func (t *transcript) Read(p []byte) (int, error) {
	for len(t.body) == 0 {
		bodies, err := postgres.Collect(t.ctx, t.pool, postgres.Scalar[[]byte], readPart, t.log, t.part)
		if err != nil {
			return 0, err
		}
		if len(bodies) == 0 {
			return 0, io.EOF
		}
		t.body = bodies[0]
		t.part++
	}
	n := copy(p, t.body)
	t.body = t.body[n:]
	return n, nil
}

// Close has nothing to let go of.
func (t *transcript) Close() error { return nil }
