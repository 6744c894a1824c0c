package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/edgewarm/edgewarm/internal/postgres"
)

// Holder is the process that holds a ledger.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Started time.Time `json:"started"`
	Command string    `json:"command"`
}

// HeldError is returned by Open when another process holds the ledger.
type HeldError struct {
	// Name is the ledger's.
	Name string
	// Holder is zero when it could not be read.
	Holder Holder
}

// Error says who holds the ledger.
func (e *HeldError) Error() string {
	if e.Holder == (Holder{}) {
		return "another edgewarm holds " + shortName(e.Name)
	}
	return fmt.Sprintf("another edgewarm (%s) holds %s", e.Holder, shortName(e.Name))
}

// String says which process it is.
func (h Holder) String() string {
	return fmt.Sprintf("pid %d on host %s, since %s, running %q", h.PID, h.Host, h.Started.Format(time.RFC3339), h.Command)
}

// shortName is the ledger's name without folders.
func shortName(name string) string {
	if postgres.IsDSN(name) {
		return name
	}
	return filepath.Base(name)
}

// thisHolder is this process.
func thisHolder(command string, now time.Time) Holder {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return Holder{os.Getpid(), host, now.UTC().Truncate(time.Second), command}
}

// lockSuffix is what the name of the lock's file has beyond the ledger's.
const lockSuffix = ".lock"

// lock is the hold on a ledger. The system lets it go with the process, however that ends, so that no lock is ever
// stale; what the file says is only for people.
type lock struct{ file *flock.Flock }

func acquire(name, command string, now time.Time) (*lock, error) {
	file := flock.New(name+lockSuffix, flock.SetPermissions(fileMode))
	held, err := file.TryLock()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if !held {
		return nil, errors.Join(&HeldError{Name: name, Holder: readHolder(name)}, file.Close())
	}
	l := &lock{file}
	if err := l.sign(command, now); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return l, nil
}

// sign writes down who holds the lock.
func (l *lock) sign(command string, now time.Time) error {
	holder, err := json.Marshal(thisHolder(command, now))
	if err != nil {
		return err
	}
	return os.WriteFile(l.file.Path(), append(holder, '\n'), fileMode)
}

// release lets the lock go. The file stays: to remove it would let two others each hold a file of that name. That it is
// emptied is only for tidiness.
func (l *lock) release() error {
	_ = os.Truncate(l.file.Path(), 0)
	return l.file.Close()
}

// readHolder is zero when the file does not say.
func readHolder(name string) Holder {
	var h Holder
	text, err := os.ReadFile(name + lockSuffix)
	if err != nil || json.Unmarshal(text, &h) != nil {
		return Holder{}
	}
	return h
}
