// Package schedule tells when something is due, in the language of cron.
package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Schedule is a cron expression that has been read.
type Schedule struct{ spec cron.Schedule }

// ErrNever is returned for an expression that no day ever fits.
var ErrNever = errors.New("no day ever fits it")

// maxExpression bounds an expression; the longest sensible one lists every minute of an hour.
const maxExpression = 1024

// Parse reads the five fields of cron (minute hour day-of-month month day-of-week), a word such as @daily, or @every 90m.
// CRON_TZ=Asia/Shanghai before it names the place whose clock counts; without it that is this machine's.
func Parse(text string) (s Schedule, err error) {
	defer func() {
		if recover() != nil { // robfig/cron does on a zone without a space behind it
			err = errors.New("it is no cron expression")
		}
	}()
	if len(text) > maxExpression {
		return s, fmt.Errorf("it is longer than %d bytes", maxExpression)
	}
	spec, err := cron.ParseStandard(strings.TrimSpace(text))
	if err != nil {
		return s, err
	}
	if spec.Next(time.Now()).IsZero() {
		return s, ErrNever
	}
	return Schedule{spec}, nil
}

// Next is the first time after t at which it is due.
func (s Schedule) Next(t time.Time) time.Time { return s.spec.Next(t) }
