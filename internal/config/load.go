package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"
)

// The limits of a file. The parser's time grows with the square of the keys of one mapping and of the depth of nesting;
// within these limits it stays under a second. Longer lists of URLs belong in a file that a source names with list.
const (
	maxSize     = 256 << 10
	maxLines    = 10_000
	maxLine     = 16 << 10 // a flow list of some URLs of the longest kind
	maxBrackets = 10_000   // [ and { of flow lists and mappings, each a level if they are not closed
)

// Load reads the file at path and the environment of the process. The error is an *Error; when the file does not exist
// it wraps fs.ErrNotExist. An empty path reads the environment alone.
func Load(path string) (*Config, error) {
	if path == "" {
		return Parse("", nil, os.Environ())
	}
	data, err := readFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return Parse(path, data, os.Environ())
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}

func unreadable(path string, err error) *Error {
	p := Problem{File: path, Text: "cannot be read: " + err.Error()}
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		p.Text = "cannot be read: " + pe.Err.Error()
	}
	if errors.Is(err, fs.ErrNotExist) {
		p.Text = "there is no such file"
		p.Hint = "write one with edgewarm init, or name another with -c FILE"
	}
	return &Error{Problems: []Problem{p}, Err: err}
}

// Parse is Load of a file that is in memory; name is what errors call it, environ is as os.Environ returns it.
// The result is a Config only when the error is nil.
func Parse(name string, data []byte, environ []string) (*Config, error) {
	c := Default()
	c.file, c.places = name, map[string]place{}
	d := decoder{config: c}
	if data, ok := d.clean(data); ok {
		d.document(data)
	}
	d.environment(environ)
	d.validate()
	if len(d.problems) > 0 {
		return nil, &Error{Problems: d.inOrder()}
	}
	return c, nil
}

// clean returns data with its byte order mark off and its line ends as \n, if it is text within the limits.
func (d *decoder) clean(data []byte) ([]byte, bool) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		d.add(Problem{Text: "the file is UTF-16", Hint: "save it as UTF-8"})
		return nil, false
	case len(data) > maxSize:
		d.add(Problem{Text: fmt.Sprintf("the file is larger than %d KiB", maxSize>>10), Hint: "put long lists of URLs into a file of their own: sources: [{list: urls.txt}]"})
		return nil, false
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	lines := 0
	for line := range bytes.Lines(data) {
		lines++
		if p, ok := checkLine(line, lines); !ok {
			d.add(p)
			return nil, false
		}
	}
	if n := bytes.Count(data, []byte("[")) + bytes.Count(data, []byte("{")); n > maxBrackets {
		d.add(Problem{Text: fmt.Sprintf("the file has more than %d brackets", maxBrackets)})
		return nil, false
	}
	return data, true
}

func checkLine(line []byte, number int) (Problem, bool) {
	p := Problem{Line: number, Column: 1}
	switch {
	case number > maxLines:
		p.Text = fmt.Sprintf("the file has more than %d lines", maxLines)
	case len(line) > maxLine:
		p.Text = fmt.Sprintf("the line is longer than %d KiB", maxLine>>10)
	case !utf8.Valid(line):
		p.Text, p.Hint = "the line is not UTF-8", "save the file as UTF-8"
	case bytes.IndexByte(line, 0) >= 0:
		p.Text = "the line has a NUL byte: this is not a text file"
	default:
		return Problem{}, true
	}
	return p, false
}
