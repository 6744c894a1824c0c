package warm

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/download"
	"github.com/edgewarm/edgewarm/internal/source"
	"github.com/edgewarm/edgewarm/planner/popularity"
	"github.com/edgewarm/edgewarm/submitter"
)

// logSet is the logs that can be opened any number of times until it is closed: all but stdin.
type logSet struct {
	logs []popularity.Log
	// links are what another machine opens those logs by that are no files.
	links map[string]string
	done  []func() error
}

func (s *logSet) close() {
	for _, done := range s.done {
		_ = done()
	}
}

// findLogs finds what names stand for, which are files, globs, folders and buckets, and the logs that EdgeOne keeps of
// zones; nil asks for none of those. What cannot be found does not keep the others from it: the errors are joined.
func (w *Warmer) findLogs(ctx context.Context, names []string, zones map[string][]string) (*logSet, error) {
	s := &logSet{links: map[string]string{}}
	var files []string
	for _, name := range names {
		if name != "-" && !isBucket(name) {
			files = append(files, name)
		}
	}
	found, err := w.counter().Find(files...)
	s.logs = found
	problems := []error{err}
	for _, name := range names {
		if isBucket(name) {
			problems = append(problems, s.addBucket(ctx, name))
		}
	}
	if zones != nil {
		problems = append(problems, s.addService(ctx, w, zones))
	}
	return s, errors.Join(problems...)
}

// configLogs are the config's own.
func (w *Warmer) configLogs(ctx context.Context, zones map[string][]string) (*logSet, error) {
	if w.Config.Popularity.EdgeOne != config.Logs {
		zones = nil
	} else if zones == nil {
		var err error
		if zones, err = w.Zones(ctx); err != nil {
			s, more := w.findLogs(ctx, w.Config.Popularity.Logs, nil)
			return s, errors.Join(more, err)
		}
	}
	return w.findLogs(ctx, w.Config.Popularity.Logs, zones)
}

// namedLogs are those of the names, or the config's own where there is none.
func (w *Warmer) namedLogs(ctx context.Context, names []string) (*logSet, error) {
	if len(names) == 0 {
		return w.configLogs(ctx, nil)
	}
	return w.findLogs(ctx, names, nil)
}

// servicePrefix begins the names of logs that EdgeOne keeps.
const servicePrefix = "edgeone:"

func isBucket(name string) bool { return strings.HasPrefix(name, "s3://") }

func (s *logSet) addBucket(ctx context.Context, url string) error {
	objects, done, err := source.Bucket{URL: url}.Objects(ctx)
	if err != nil {
		return err
	}
	s.done = append(s.done, done)
	for _, o := range objects {
		s.links[o.Name] = url
		s.logs = append(s.logs, popularity.Log{Name: o.Name, Size: o.Size, Modified: o.Modified, Open: o.Open})
	}
	return nil
}

// addService adds the offline logs of all zones, hour after hour.
func (s *logSet) addService(ctx context.Context, w *Warmer, zones map[string][]string) error {
	edge, err := w.edgeOne(ctx)
	if err != nil {
		return err
	}
	var problems []error
	now := time.Now()
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		packages, err := edge.LogPackages(ctx, w.limiter, zone, w.demandSince(now), now)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		slices.SortFunc(packages, func(a, b submitter.LogPackage) int {
			return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.Name, b.Name), strings.Compare(a.Area, b.Area))
		})
		for _, p := range packages {
			name := servicePrefix + zone + "/" + p.Area + "/" + p.Name
			s.links[name] = p.URL
			s.logs = append(s.logs, popularity.Log{
				Name: name, Size: p.Size, Modified: p.Start, // it has no other time
				Open: func(ctx context.Context) (io.ReadCloser, error) { return edge.OpenLog(ctx, p) },
			})
		}
	}
	return errors.Join(problems...)
}

// isFar tells an error of what could not be reached from one of a log that is not as it should be, or not there.
func isFar(err error) bool {
	if _, ok := errors.AsType[*download.Error](err); ok {
		return true
	}
	_, log := errors.AsType[*popularity.Error](err)
	return !log
}
