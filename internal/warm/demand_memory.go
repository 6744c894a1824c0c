package warm

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// demandSuffix is added to the path of the ledger.
const demandSuffix = ".demand"

// shelf is where the snapshot of what was counted is kept.
type shelf interface {
	// open is fs.ErrNotExist when there is none.
	open(ctx context.Context) (io.ReadCloser, error)
	// keep has a snapshot written in the place of the one before, whole or not at all.
	keep(ctx context.Context, write func(io.Writer) error) error
	String() string
}

// shelf is the config's: beside a ledger that is a file, in one that is a database; nil for nowhere.
func (d *demand) shelf() shelf {
	switch name := d.Config.Popularity.Remember; {
	case name == config.Off:
		return nil
	case name != config.Auto:
		return fileShelf(name)
	case onServer(d.Config.State):
		return ledgerShelf{d.Warmer}
	}
	return fileShelf(d.Config.State + demandSuffix)
}

// restored is a Counter of what was counted before. A snapshot that is of no use costs time and nothing else.
func (d *demand) restored(ctx context.Context) *popularity.Counter {
	counter, from := d.counter(), d.shelf()
	if from == nil {
		return counter
	}
	err := d.restore(ctx, counter, from)
	if err == nil || errors.Is(err, fs.ErrNotExist) || ctx.Err() != nil {
		return counter
	}
	if failed, ok := errors.AsType[*popularity.Error](err); ok {
		err = failed.Err
	}
	d.Watch.note(fmt.Sprintf("%s is not used (%v): all logs are read again", from, err))
	return d.counter()
}

func (d *demand) restore(ctx context.Context, counter *popularity.Counter, from shelf) error {
	r, err := from.open(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	return counter.Restore(bufio.NewReader(r), d.settings())
}

// settings are those that decide on which logs are counted.
func (d *demand) settings() string {
	return fmt.Sprintf("%q %s", d.Config.Popularity.Logs, d.Config.Popularity.EdgeOne)
}

// save keeps what was counted. A failure costs the next run time.
func (d *demand) save(ctx context.Context, counter *popularity.Counter) {
	to := d.shelf()
	if to == nil {
		return
	}
	err := to.keep(ctx, func(w io.Writer) error { return counter.Save(w, d.settings()) })
	if err != nil && ctx.Err() == nil {
		d.problems = append(d.problems, &HintError{Err: err, Hint: "the next run reads all logs again: see to the folder or the database, or set popularity.remember"})
	}
}

// fileShelf is a file.
type fileShelf string

func (f fileShelf) String() string { return string(f) }

func (f fileShelf) open(context.Context) (io.ReadCloser, error) { return os.Open(string(f)) }

func (f fileShelf) keep(_ context.Context, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(string(f)), "."+filepath.Base(string(f))+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	err = write(file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), string(f))
}

// ledgerShelf is the ledger, which a run holds, and others only look into.
type ledgerShelf struct{ *Warmer }

func (s ledgerShelf) String() string {
	return "what was counted of logs, in " + ledger.Name(s.Config.State) + ","
}

func (s ledgerShelf) open(ctx context.Context) (io.ReadCloser, error) {
	if s.held != nil {
		r, err := s.held.Demand(ctx)
		return io.NopCloser(r), err
	}
	l, err := ledger.OpenReadOnly(ctx, s.Config.State, s.LedgerOptions(ctx))
	if err != nil {
		return nil, err
	}
	r, err := l.Demand(ctx)
	if err != nil {
		_ = l.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{r, l}, nil
}

func (s ledgerShelf) keep(ctx context.Context, write func(io.Writer) error) error {
	if s.held == nil {
		return ledger.ErrReadOnly
	}
	return s.held.KeepDemand(ctx, write)
}
