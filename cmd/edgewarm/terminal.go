package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/progress"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
)

// terminal is stderr: lines for people, and below them one line of progress when it is a terminal. Elsewhere, in a log of
// cron or of a container, a long stage says a line of its own now and then.
type terminal struct {
	mu       sync.Mutex
	w        io.Writer
	palette  palette
	terminal bool // somebody sees it
	still    bool // no progress is shown
	progress string
	stage    warm.Stage
	shown    time.Time
	meter    progress.Meter
}

func newTerminal(w io.Writer) *terminal {
	return &terminal{w: w, palette: paletteOf(w), terminal: isTerminal(w) && os.Getenv("TERM") != "dumb"}
}

// belowKeys is what keeps a line off the ^C that a terminal shows.
func (t *terminal) belowKeys() string {
	if t.terminal {
		return "\n"
	}
	return ""
}

// Write shows whole lines above the line of progress.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
	return t.w.Write(p)
}

const (
	// redraw is how often the line of progress changes: faster than this nobody reads.
	redraw = 100 * time.Millisecond
	// retell is how often a stage says a line where there is no terminal: a night of hours makes some hundred.
	retell = time.Minute
)

// show changes the line of progress, if it is time to. The first and the last of a stage are always shown.
func (t *terminal) show(stage warm.Stage, done, total int) {
	if t.still {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	begins := stage != t.stage
	if begins {
		t.stage, t.meter = stage, progress.Meter{}
	}
	if stage == warm.StageLogs { // it counts bytes
		done, total = done>>20, (total+1<<20-1)>>20
	}
	t.meter.Add(now, done, total)
	switch since := now.Sub(t.shown); {
	case !t.terminal:
		if begins {
			t.shown = now // what is quick needs no line
		} else if since >= retell {
			t.shown = now
			fmt.Fprintln(t.w, "edgewarm: "+t.line(done, total))
		}
	case begins || done == total || since >= redraw:
		t.clear()
		t.shown, t.progress = now, t.line(done, total)
		fmt.Fprint(t.w, t.palette.paint(cyan, t.progress))
	}
}

// line is how far a stage is, and once it can be told, how fast it goes and how long the rest takes.
func (t *terminal) line(done, total int) string {
	text := fmt.Sprintf("%s: %d", t.stage, done)
	if total > 0 {
		text += fmt.Sprintf(" of %d", total)
	}
	if t.stage == warm.StageLogs {
		text += " MiB"
	}
	rate := t.meter.Rate()
	if rate <= 0 || done == total {
		return text
	}
	text += fmt.Sprintf(", %s a second", strconv.FormatFloat(rate, 'g', 3, 64))
	if left, known := t.meter.Left(); known {
		text += ", " + left.Round(time.Second).String() + " left"
	}
	return text
}

// endLine takes the line of progress away.
func (t *terminal) endLine() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
}

func (t *terminal) clear() {
	if t.progress != "" {
		fmt.Fprint(t.w, "\r"+strings.Repeat(" ", len(t.progress))+"\r")
		t.progress = ""
	}
}

// watch tells people what a job does.
func (a *app) watch() warm.Watch {
	return warm.Watch{
		Note: func(text string) { a.note("%s", text) },
		Detail: func(text string) {
			if a.verbose {
				fmt.Fprintln(a.stderr, "edgewarm: "+plain.Text(text))
			}
		},
		Fault: func(err error, hint string) { a.say(err.Error(), hint) },
		Progress: func(stage warm.Stage, done, total int) {
			if !a.quiet {
				a.stderr.show(stage, done, total)
			}
		},
	}
}

// streams is called by commands whose data comes while they work: where it goes to a terminal there is no line of
// progress in between.
func (a *app) streams() { a.stderr.still = isTerminal(a.stdout.w) }

// note says something to people, unless they want to hear only what failed.
func (a *app) note(format string, args ...any) {
	if !a.quiet {
		fmt.Fprintln(a.stderr, "edgewarm: "+plain.Text(fmt.Sprintf(format, args...)))
	}
}

// say prints an error line, and a hint line where there is one.
func (a *app) say(text, hint string) {
	fmt.Fprintln(a.stderr, "edgewarm: "+a.stderr.palette.paint(red, "error:")+" "+plain.Text(text))
	if hint != "" {
		a.hint(hint)
	}
}

// hint says what to do.
func (a *app) hint(text string) {
	fmt.Fprintln(a.stderr, "edgewarm: "+a.stderr.palette.paint(cyan, "hint:")+" "+plain.Text(text))
}

// fail prints the error that ended a command: one line a problem, with what to do about it.
func (a *app) fail(err error) {
	var wrong *config.Error
	if errors.As(err, &wrong) {
		for _, p := range wrong.Problems {
			hint := p.Hint
			p.Hint = ""
			a.say(p.String(), hint)
		}
		return
	}
	a.say(err.Error(), hintFor(err))
}

// hintFor is what to do about an error.
func hintFor(err error) string {
	var wrongUse *usageError
	var api *submitter.Error
	var held *ledger.HeldError
	var hinted *warm.HintError
	switch {
	case errors.As(err, &wrongUse):
		return wrongUse.hint
	case errors.As(err, &hinted):
		return hinted.Hint
	case errors.As(err, &api) && api.Hint != "":
		return api.Hint
	case errors.As(err, &held):
		return "wait for it to end, or name another ledger with state in the config"
	case errors.Is(err, warm.ErrInterrupted), errors.Is(err, ledger.ErrLeaseLost):
		return "run the same command again to go on"
	}
	return ""
}
