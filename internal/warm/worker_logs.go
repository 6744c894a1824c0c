package warm

import (
	"context"
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
	return w.counter().Transcribe(ctx, log, out)
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
		var found []popularity.Log
		if found, err = w.counter().Find(wanted.Name); err == nil && len(found) == 1 {
			log = found[0]
		}
	}
	return log, done, err
}
