package popularity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxFiles bounds what patterns come to: two years of hourly logs of fifty hosts are fewer.
const maxFiles = 1_000_000

// stdin is the pattern, and the name, of standard input.
const stdin = "-"

// Reasons why patterns give no files; an *Error with Op match wraps one.
var (
	// ErrNoFile is returned for a pattern that matches nothing.
	ErrNoFile = errors.New("no such file")
	// ErrTooManyFiles is returned when patterns match more than a million.
	ErrTooManyFiles = fmt.Errorf("more than %d files", maxFiles)
)

// Files counts the logs that Find finds; its errors are those of Find and Logs.
func (c *Counter) Files(ctx context.Context, patterns ...string) ([]Stats, error) {
	logs, err := c.Find(patterns...)
	all, failed := c.Logs(ctx, logs...)
	return all, errors.Join(err, failed)
}

// Find returns the logs of files, globs, folders with all that is below them, and - for stdin, each file once, in the order
// of the patterns and then of names. Files whose name begins with a dot are left out of folders. A pattern that nothing can
// be found for does not keep the others from it: the errors, each an *Error, are joined.
func (c *Counter) Find(patterns ...string) ([]Log, error) {
	names, err := expand(patterns)
	logs := make([]Log, 0, len(names))
	for _, name := range names {
		logs = append(logs, c.file(name))
	}
	return logs, err
}

// file is one file as a Log.
func (c *Counter) file(name string) Log {
	if name == stdin {
		return Log{Name: name, Open: func(context.Context) (io.ReadCloser, error) {
			if c.Stdin != nil {
				return io.NopCloser(c.Stdin), nil
			}
			return io.NopCloser(os.Stdin), nil
		}}
	}
	l := Log{Name: name, Open: func(context.Context) (io.ReadCloser, error) { return os.Open(name) }}
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		l.Size, l.Modified = info.Size(), info.ModTime()
	}
	return l
}

// reason takes off the name, which Error has already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// expand returns the files that patterns stand for, each once.
func expand(patterns []string) ([]string, error) {
	var names []string
	var problems []error
	met := make(map[string]bool)
	for _, pattern := range patterns {
		found, err := match(pattern)
		if err != nil {
			problems = append(problems, &Error{Op: "match", Name: pattern, Err: err})
		}
		for _, name := range found {
			if clean := filepath.Clean(name); !met[clean] {
				met[clean] = true
				names = append(names, name)
			}
		}
		if len(names) > maxFiles {
			return nil, &Error{Op: "match", Name: pattern, Err: ErrTooManyFiles}
		}
	}
	return names, errors.Join(problems...)
}

// match returns the files that one pattern stands for. A file whose name is the pattern itself is that file.
func match(pattern string) ([]string, error) {
	if pattern == stdin {
		return []string{stdin}, nil
	}
	found := []string{pattern}
	if _, err := os.Stat(pattern); err != nil {
		if found, err = filepath.Glob(pattern); err != nil {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, ErrNoFile
	}
	slices.Sort(found)
	var names []string
	for _, name := range found {
		info, err := os.Stat(name)
		if err != nil {
			return names, reason(err)
		}
		if !info.IsDir() {
			names = append(names, name)
			continue
		}
		if names, err = below(name, names); err != nil {
			return names, reason(err)
		}
	}
	return names, nil
}

// below appends the regular files under a folder, in order of their names.
func below(folder string, names []string) ([]string, error) {
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != folder && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular():
			if names = append(names, name); len(names) > maxFiles {
				return ErrTooManyFiles
			}
		}
		return nil
	})
	return names, err
}
