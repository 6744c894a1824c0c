package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/warm"
)

// drawn are the lines of progress that were drawn, in order.
func drawn(screen string) []string {
	var lines []string
	for part := range strings.SplitSeq(screen, "\r") {
		if strings.TrimSpace(part) != "" {
			lines = append(lines, part)
		}
	}
	return lines
}

// The first and the last of a stage are shown, and in between what there is time to read.
func TestProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var screen bytes.Buffer
		a := &app{stderr: &terminal{w: &screen, terminal: true}}
		watch := a.watch()
		watch.Progress(warm.StageCrawl, 1, 0)
		watch.Progress(warm.StageCrawl, 2, 0)
		time.Sleep(redraw)
		watch.Progress(warm.StageCrawl, 3, 0)
		watch.Progress(warm.StageCrawl, 4, 4)
		watch.Progress(warm.StageSubmit, 1, 3)
		watch.Progress(warm.StageSubmit, 2, 3)
		watch.Progress(warm.StageSubmit, 3, 3)
		want := []string{"crawling: 1", "crawling: 3", "crawling: 4 of 4", "submitting: 1 of 3", "submitting: 3 of 3"}
		if diff := cmp.Diff(want, drawn(screen.String())); diff != "" {
			t.Errorf("shown (-want +got):\n%s", diff)
		}
	})
}

// Once it can be told, the line says how fast it goes and how long the rest takes; where nobody looks, a long stage says a
// line of its own now and then.
func TestRate(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"terminal": "submitting: 40 of 1000, 20 a second, 48s left",
		"file":     "edgewarm: submitting: 1200 of 2000, 20 a second, 40s left\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var screen bytes.Buffer
				a := &app{stderr: &terminal{w: &screen, terminal: name == "terminal"}}
				steps, total := 2, 1000
				if name == "file" {
					steps, total = 61, 2000
				}
				for i := range steps + 1 {
					a.watch().Progress(warm.StageSubmit, 20*i, total)
					time.Sleep(time.Second)
				}
				if !strings.HasSuffix(screen.String(), want) {
					t.Errorf("got %q, want %q at its end", screen.String(), want)
				}
			})
		})
	}
}

// Nobody who does not look at a terminal is shown progress, nor who sees the data there.
func TestNoProgress(t *testing.T) {
	t.Parallel()
	for name, screen := range map[string]*terminal{
		"a file":     {},
		"data comes": {terminal: true, still: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			screen.w = &out
			a := &app{stderr: screen}
			a.watch().Progress(warm.StageCrawl, 1, 1)
			if out.Len() > 0 {
				t.Errorf("it shows %q", out.String())
			}
		})
	}
}
