package fleet

import (
	"context"
	"io"
	"os"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

const (
	// partSize is how much of a transcript is written and read at a time: a slow line carries it well before settleInTime.
	partSize = 256 << 10
	// maxTranscripts bounds the bytes of all transcripts in the database: those of some 200 million requests. Logs beyond it
	// are read by the coordinator.
	maxTranscripts = 4 << 30
)

const (
	transcriptBytes = `SELECT COALESCE(SUM(bytes), 0)::bigint FROM fleet_logs`
	logIsRead       = `UPDATE fleet_logs SET bytes = $2, link = '' WHERE id = $1`
	logFailed       = `UPDATE fleet_logs SET failed = $2, link = '' WHERE id = $1`
	writePart       = `INSERT INTO fleet_transcripts (log, part, body) VALUES ($1, $2, $3)`
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
		return fail(ctx, tx, log, errNoRoom.Error())
	}
	if err := storeParts(ctx, tx, log, text, info.Size()); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, logIsRead, log, info.Size())
	return err
}

// storeParts inserts one part after the other. A COPY would be faster, and would have no end where the worker's machine
// sleeps in the midst of it: the server waits for the rest without a bound, with the job locked.
func storeParts(ctx context.Context, tx postgres.Tx, log int64, text io.ReaderAt, size int64) error {
	body := make([]byte, partSize)
	for part := range (size + partSize - 1) / partSize {
		from := part * partSize
		body = body[:min(partSize, size-from)]
		if _, err := text.ReadAt(body, from); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, writePart, log, part, body); err != nil {
			return err
		}
	}
	return nil
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
