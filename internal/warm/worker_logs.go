package warm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/source"
	"github.com/edgewarm/edgewarm/planner/popularity"
	"github.com/edgewarm/edgewarm/submitter"
)

// readLog writes the transcript of a log that a coordinator found. Each machine has files of the same names, so that size
// and time must be those that the coordinator saw.
func (w *Warmer) readLog(ctx context.Context, wanted fleet.Log, out io.Writer) error {
	log, done, err := w.openShared(ctx, wanted)
	if err != nil {
		return err
	}
	defer done()
	if log.Size != wanted.Size || !log.Modified.Equal(wanted.Modified) {
		return fmt.Errorf("here it has %d bytes of %s, and not %d of %s", log.Size, at(log.Modified), wanted.Size, at(wanted.Modified))
	}
	err = w.counter().Transcribe(ctx, log, out)
	if failed, ok := errors.AsType[*popularity.Error](err); ok {
		return failed.Err // the coordinator has the name
	}
	return err
}

func at(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// openShared finds a log: a package of the service by its link, an object by that of its bucket, a file by its name. done
// is to be called when it was read.
func (w *Warmer) openShared(ctx context.Context, wanted fleet.Log) (log popularity.Log, done func() error, err error) {
	done = func() error { return nil }
	switch {
	case strings.HasPrefix(wanted.Name, servicePrefix):
		edge := &submitter.EdgeOne{Endpoint: w.Config.Account.Endpoint, Transport: w.transport}
		log = popularity.Log{Name: wanted.Name, Size: wanted.Size, Modified: wanted.Modified, Open: func(ctx context.Context) (io.ReadCloser, error) {
			return edge.OpenLog(ctx, submitter.LogPackage{Name: wanted.Name, URL: wanted.Link})
		}}
	case isBucket(wanted.Name):
		var o source.Object
		if o, done, err = (source.Bucket{URL: wanted.Link}).Object(ctx, wanted.Name); err == nil {
			log = popularity.Log{Name: o.Name, Size: o.Size, Modified: o.Modified, Open: o.Open}
		}
	default:
		log, err = w.openFile(wanted.Name)
	}
	return log, done, err
}

// openFile finds a file, which has no pattern for a name.
func (w *Warmer) openFile(name string) (popularity.Log, error) {
	found, err := w.counter().Find(name)
	switch {
	case err != nil:
		return popularity.Log{}, err
	case len(found) != 1 || found[0].Name != name:
		return popularity.Log{}, &popularity.Error{Op: "match", Name: name, Err: popularity.ErrNoFile}
	}
	return found[0], nil
}
