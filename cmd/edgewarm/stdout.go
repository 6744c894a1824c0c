package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"syscall"

	"golang.org/x/term"
)

// dataWriter is stdout. It keeps the first error of writing, so that no command ends well whose output was lost.
type dataWriter struct {
	w   io.Writer
	err error
}

// Write writes, or fails as it did before.
func (d *dataWriter) Write(p []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	n, err := d.w.Write(p)
	d.err = err
	return n, err
}

// gone tells that whoever read the output has gone, as head does: nobody needs to be told of it.
func (d *dataWriter) gone() bool { return errors.Is(d.err, syscall.EPIPE) }

// jsonLines writes values as lines of JSON, URLs in them as they are.
func jsonLines(w io.Writer) *json.Encoder {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	return lines
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
