package ledger

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// paceSuffix is what the name of the account's pace has beyond the ledger's.
const paceSuffix = ".pace"

// paceFiles are the paces beside a ledger that is a file, which the processes of one machine share: a file each.
type paceFiles struct {
	ledger string
	mu     sync.Mutex // over the locks, which are the process's
	open   map[string]*paceFile
}

type paceFile struct {
	*os.File
	lock *flock.Flock
}

func (f *file) paces(context.Context) (paceStore, error) {
	s := &paceFiles{ledger: f.path, open: map[string]*paceFile{}}
	_, err := s.file(Account) // says at once that it cannot be written
	return s, err
}

// file is called with mu held, or before anybody else knows it.
func (s *paceFiles) file(key string) (*paceFile, error) {
	if f := s.open[key]; f != nil {
		return f, nil
	}
	path := s.ledger + paceSuffix
	if key != Account {
		path += "." + url.QueryEscape(key)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	s.open[key] = &paceFile{file, flock.New(path, flock.SetPermissions(fileMode), flock.SetFlag(os.O_RDWR))}
	return s.open[key], nil
}

// maxPaceState bounds what is read of a state, which has 24 bytes for each call of a second.
const maxPaceState = 1 << 16

// update is short: it waits for nothing but the file.
func (s *paceFiles) update(_ context.Context, key string, f func([]byte) []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	file, err := s.file(key)
	if err != nil {
		return err
	}
	if err := file.lock.Lock(); err != nil {
		return err
	}
	return errors.Join(file.change(f), file.lock.Unlock())
}

func (f *paceFile) change(g func([]byte) []byte) error {
	state, err := io.ReadAll(io.NewSectionReader(f, 0, maxPaceState))
	if err != nil {
		return err
	}
	_, err = f.WriteAt(g(state), 0)
	return err
}

// now is the machine's clock, which all go by.
func (s *paceFiles) now() (earliest, latest time.Time) {
	now := time.Now()
	return now, now
}

// spared is all of it: the processes of a machine have the same way.
func (s *paceFiles) spared(least time.Duration) time.Duration { return least }

// poll is short, as a look costs little.
func (s *paceFiles) poll() time.Duration { return 10 * time.Millisecond }

func (s *paceFiles) close() error {
	var errs []error
	for _, f := range s.open {
		errs = append(errs, f.lock.Close(), f.Close())
	}
	return errors.Join(errs...)
}
