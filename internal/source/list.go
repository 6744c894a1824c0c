package source

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// maxList bounds the decoded bytes of a list: MaxURLs of them at 200 bytes each.
const maxList = 2 << 30

// askContext is how many lines are read between two looks at the context.
const askContext = 1 << 10

// List is a file of URLs: one a line, each perhaps with a weight behind a comma or tab, or a CSV or TSV file whose header
// names a column url and perhaps one weight; other columns are not looked at. It may be compressed by gzip, zstd or
// bzip2. Empty lines and comments, which begin with #, say nothing.
type List struct {
	// Name is the file, or - for Stdin.
	Name  string
	Stdin io.Reader
}

// Read hands over the URLs in the list's order. A URL without a scheme is taken for one of https. Lines that are no URL,
// or whose weight is none, are warnings.
func (l List) Read(ctx context.Context, emit func(Entry) bool) (Result, error) {
	c := collector{emit: emit}
	err := l.read(ctx, &c)
	result := c.end()
	if err == nil && result.URLs == 0 && result.Bad > 0 {
		err = ErrNoURL
	}
	if err != nil && ctx.Err() == nil {
		err = &Error{Op: "list", Name: l.Name, Err: err, Hint: listHint(err)}
	}
	return result, err
}

func (l List) read(ctx context.Context, c *collector) error {
	file := l.Stdin
	if l.Name != "-" {
		f, err := os.Open(l.Name)
		if err != nil {
			return err
		}
		defer f.Close()
		file = f
	}
	if file == nil {
		return nil
	}
	plain, err := inflate.NewReader(file, maxList)
	if err != nil {
		return err
	}
	defer plain.Close()
	in := newLines(plain)
	if err := in.mark(); err != nil {
		return err
	}
	rows := table{lines: in, url: -1, weight: -1}
	for n := 1; ; n++ {
		if n%askContext == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		more, err := c.row(&rows)
		if err == io.EOF {
			return nil
		}
		if err != nil || !more {
			return err
		}
	}
}

var errUTF16 = errors.New("the file is UTF-16")

// mark takes off the byte order mark.
func (l *lines) mark() error {
	head, _ := l.r.Peek(3) // an error comes again
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = l.r.Discard(3) // was just seen
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return errUTF16
	}
	return nil
}

// row reads one row and hands its URL over.
func (c *collector) row(rows *table) (more bool, err error) {
	number, raw, weight, err := rows.next()
	if _, ok := errors.AsType[*lineError](err); ok {
		c.warnings.Addf(number, 0, "left out: %v", err)
		return true, nil
	}
	if err == errNothing {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	e, err := entry(raw, weight)
	if err != nil {
		c.warnings.Addf(number, 0, "left out: %v", err)
		return true, nil
	}
	return c.take(e)
}

var (
	listForm   = urlkey.Form{DefaultScheme: "https"}
	errNotAURL = errors.New("not a URL")
)

// entry is what a row says.
func entry(raw, weight []byte) (e Entry, err error) {
	if e.Weight, err = parseWeight(weight); err != nil {
		return e, err
	}
	text := string(raw)
	if e.URL, err = listForm.Normalize(text); err != nil {
		return e, err
	}
	if !strings.Contains(text, "//") && !isHost(urlkey.Host(e.URL)) {
		return e, &urlkey.Error{URL: text, Err: errNotAURL} // a word of a text is no host
	}
	return e, nil
}

func isHost(host string) bool { return strings.ContainsAny(host, ".:") || host == "localhost" }

// listHint says what to do about a list.
func listHint(err error) string {
	switch {
	case errors.Is(err, errUTF16):
		return "save it as UTF-8"
	case errors.Is(err, ErrNoURL):
		return "write one URL a line, or a CSV file whose header names a column url"
	case errors.Is(err, ErrTooMany):
		return "split it over several sources, or leave out what nobody asks for"
	case errors.Is(err, os.ErrNotExist):
		return "paths are relative to the working directory"
	}
	return ""
}
