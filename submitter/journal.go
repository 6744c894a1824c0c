package submitter

import (
	"context"
	"time"
)

// journalTimeout bounds one commit of the journal. A disk that takes longer is as good as broken.
const journalTimeout = time.Minute

// JournalError is a Journal that could not commit or read. It stops submitting: what is sent must not get lost track of.
type JournalError struct {
	// Op is what was asked of the journal: intend, settle, unsettled, spent.
	Op string
	// Batch is the batch, where it is about one.
	Batch string
	Err   error
}

// Error names the operation and the cause.
func (e *JournalError) Error() string {
	if e.Batch == "" {
		return "journal: " + e.Op + ": " + e.Err.Error()
	}
	return "journal: " + e.Op + " batch " + e.Batch + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *JournalError) Unwrap() error { return e.Err }

// intend commits that the batch is about to be sent.
func (r *run) intend(ctx context.Context, b Batch) error {
	return r.journal(ctx, "intend", b.ID, func(ctx context.Context, j Journal) error { return j.Intend(ctx, b) })
}

// settle commits what became of the batch.
func (r *run) settle(ctx context.Context, b Batch, o Outcome) error {
	return r.journal(ctx, "settle", b.ID, func(ctx context.Context, j Journal) error { return j.Settle(ctx, b, o) })
}

// journal commits even when ctx has ended: what was sent is always recorded.
func (r *run) journal(ctx context.Context, op, batch string, f func(context.Context, Journal) error) error {
	if r.s.Journal == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), journalTimeout)
	defer cancel()
	if err := f(ctx, r.s.Journal); err != nil {
		return &JournalError{Op: op, Batch: batch, Err: err}
	}
	return nil
}
