package warm

import (
	"context"
	"errors"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/submitter"
)

// The exit codes, a promise to whoever runs edgewarm from a script.
const (
	ExitDone         = 0
	ExitFailed       = 1   // the command failed
	ExitUsage        = 2   // wrong usage, or a wrong config
	ExitPartly       = 3   // done, but some documents or targets failed
	ExitQuota        = 4   // the quota ran out before the plan did
	ExitUnauthorized = 5   // a credential or a permission is missing
	ExitInterrupted  = 130 // by a signal
)

// ErrUsage is wrapped by errors that are the user's to mend: a command line or a config that cannot be.
var ErrUsage = errors.New("usage")

// ExitOf is the exit code for an error that ended a command; ExitDone for none.
func ExitOf(err error) int {
	var wrong *config.Error
	switch {
	case err == nil:
		return ExitDone
	case errors.Is(err, ErrInterrupted), errors.Is(err, context.Canceled):
		return ExitInterrupted
	case errors.Is(err, ErrUsage), errors.As(err, &wrong):
		return ExitUsage
	case submitter.ClassOf(err) == submitter.ClassUnauthorized:
		return ExitUnauthorized
	}
	return ExitFailed
}

// ErrInterrupted is the cause of a context that a signal ended.
var ErrInterrupted = errors.New("interrupted")

// exit is the code of a whole run: what stopped it first, then what it left undone.
func (s *Summary) exit(err error, faults int) int {
	switch {
	case err != nil:
		return ExitOf(err)
	case s.quotaSpent, s.nothingLeft():
		return ExitQuota
	case faults > 0, s.Failed > 0, s.Unknown > 0, s.Deferred > 0 && !s.dry, s.failedJobs() > 0:
		return ExitPartly
	}
	return ExitDone
}
