package main

import (
	"io"
	"os"
	"runtime"

	"github.com/edgewarm/edgewarm/submitter"
)

// colour is one of the terminal's own sixteen, which suit the theme that a person has chosen. All have two digits, so that
// the cells of a table's column stay equally wide when each is painted.
type colour string

const (
	plainly colour = "39"
	red     colour = "31"
	green   colour = "32"
	amber   colour = "33"
	cyan    colour = "36"
)

// palette is whether what is painted shows.
type palette bool

// paletteOf is that of a stream: colours are for terminals that know them, unless NO_COLOR asks for none
// (https://no-color.org). The console of Windows knows them only where Windows Terminal is around it.
func paletteOf(w io.Writer) palette {
	knows := os.Getenv("TERM") != "dumb" && (runtime.GOOS != "windows" || os.Getenv("WT_SESSION") != "")
	return palette(isTerminal(w) && knows && os.Getenv("NO_COLOR") == "")
}

// paint returns text, which has no escapes of its own, in a colour.
func (p palette) paint(c colour, text string) string {
	if !p {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

// readiness paints the state of a title or rendition, which is called by its colour.
func (p palette) readiness(state string) string {
	c, ok := map[string]colour{"green": green, "amber": amber, "red": red}[state]
	if !ok {
		c = plainly
	}
	return p.paint(c, state)
}

// state paints how a target stands.
func (p palette) state(s submitter.State) string {
	c := amber
	switch s {
	case submitter.Success:
		c = green
	case submitter.Failed, submitter.Invalid, submitter.Timeout, submitter.Canceled, submitter.Refused:
		c = red
	}
	return p.paint(c, jobState(s))
}
