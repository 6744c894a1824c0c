package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/submitter"
)

// terminal is stderr: lines for people, and below them one line of progress when it is a terminal.
type terminal struct {
	mu       sync.Mutex
	w        io.Writer
	progress string
	shown    time.Time
}

// Write shows whole lines above the line of progress.
func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.clear()
	return t.w.Write(p)
}

// redraw is how often the line of progress changes: faster than this nobody reads.
const redraw = 100 * time.Millisecond

func (t *terminal) show(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.isTerminal() || time.Since(t.shown) < redraw {
		return
	}
	t.clear()
	t.progress, t.shown = line, time.Now()
	fmt.Fprint(t.w, line)
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

func (t *terminal) isTerminal() bool {
	f, ok := t.w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// watch tells people what a job does.
func (a *app) watch() warm.Watch {
	return warm.Watch{
		Note: func(text string) {
			if !a.quiet {
				fmt.Fprintln(a.stderr, "edgewarm: "+printable(text))
			}
		},
		Detail: func(text string) {
			if a.verbose {
				fmt.Fprintln(a.stderr, "edgewarm: "+printable(text))
			}
		},
		Fault: func(err error, hint string) { a.say(err.Error(), hint) },
		Progress: func(stage warm.Stage, done, total int) {
			switch {
			case a.quiet:
			case total > 0:
				a.stderr.show(fmt.Sprintf("%s: %d of %d", stage, done, total))
			default:
				a.stderr.show(fmt.Sprintf("%s: %d", stage, done))
			}
		},
	}
}

// say prints an error line, and a hint line where there is one.
func (a *app) say(text, hint string) {
	fmt.Fprintln(a.stderr, "edgewarm: error: "+printable(text))
	if hint != "" {
		fmt.Fprintln(a.stderr, "edgewarm: hint: "+printable(hint))
	}
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
	case errors.Is(err, warm.ErrInterrupted):
		return "run the same command again to go on"
	}
	return ""
}

// printable takes away what a hostile document could act on the terminal with: control characters and those that turn
// the direction of text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 || r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return ' '
		}
		return r
	}, s)
}
