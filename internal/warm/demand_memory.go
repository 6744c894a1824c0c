package warm

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// demandSuffix is added to the path of the ledger.
const demandSuffix = ".demand"

// remembered is where the snapshot of what was counted is kept, "" for nowhere. A ledger on a server has no folder that it
// could be beside.
func (d *demand) remembered() string {
	switch name := d.Config.Popularity.Remember; {
	case name == config.Off:
		return ""
	case name != config.Auto:
		return name
	case strings.Contains(d.Config.State, "://"):
		return ""
	}
	return d.Config.State + demandSuffix
}

// restored is a Counter of what was counted before. A snapshot that is of no use costs time and nothing else.
func (d *demand) restored() *popularity.Counter {
	counter := d.counter()
	name := d.remembered()
	if name == "" {
		return counter
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return counter
	}
	if err == nil {
		defer f.Close()
		err = counter.Restore(bufio.NewReader(f), d.settings())
	}
	if err != nil {
		if failed, ok := errors.AsType[*popularity.Error](err); ok {
			err = failed.Err
		}
		d.Watch.note(fmt.Sprintf("%s is not used (%v): all logs are read again", name, err))
		return d.counter()
	}
	return counter
}

// settings are those that decide on which logs are counted.
func (d *demand) settings() string {
	return fmt.Sprintf("%q %s", d.Config.Popularity.Logs, d.Config.Popularity.EdgeOne)
}

// save keeps what was counted. It is written whole or not at all; a failure costs the next run time.
func (d *demand) save(counter *popularity.Counter) {
	name := d.remembered()
	if name == "" {
		return
	}
	if err := d.write(name, counter); err != nil {
		d.problems = append(d.problems, &HintError{Err: err, Hint: "the next run reads all logs again: see to the folder, or set popularity.remember"})
	}
}

func (d *demand) write(name string, counter *popularity.Counter) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	err = counter.Save(f, d.settings())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
