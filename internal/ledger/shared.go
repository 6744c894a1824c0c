package ledger

import (
	"context"
	"errors"
	"io/fs"
)

// OpenShared opens the ledger beside whoever holds it: to be read, and to take events into its inbox, which disturbs no
// run. Anything else that would change it is ErrReadOnly. A ledger that is not there yet, or is an older edgewarm's, is
// made or brought up to date first, which needs the hold: the error is a *HeldError when another process has it.
func OpenShared(ctx context.Context, dsn string, o Options) (*Ledger, error) {
	l, err := OpenReadOnly(ctx, dsn, o)
	var old *VersionError
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.As(err, &old) && old.Found < old.Known:
		if l, err = Open(ctx, dsn, o); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	}
	if err := l.Close(); err != nil {
		return nil, err
	}
	return openBeside(ctx, dsn, o, false)
}
