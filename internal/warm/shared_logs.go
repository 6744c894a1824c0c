package warm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// leastShared is how many bytes of new logs, as they are stored, are worth asking workers: less is read meanwhile.
const leastShared = 1 << 20

// endTime bounds how long letting go of them may hold a run up.
const endTime = 30 * time.Second

// shareLogs has workers read the logs that are new to the counter, whose transcripts are then counted in their stead: what
// comes of it is the same. ended is to be called when all are counted. What goes wrong with workers costs time and nothing
// else.
func (d *demand) shareLogs(ctx context.Context, counter *popularity.Counter, set *logSet) (logs []popularity.Log, ended func()) {
	wanted := d.wanted(counter, set)
	if len(wanted) == 0 {
		return set.logs, func() {}
	}
	s := &sharedLogs{demand: d}
	if err := s.begin(ctx, wanted); err != nil {
		s.alone(ctx, err)
		return set.logs, s.end
	}
	asked := map[string]bool{}
	for _, l := range wanted {
		asked[l.Name] = true
	}
	for _, l := range set.logs {
		if asked[l.Name] {
			l.Transcript = func(ctx context.Context) (io.ReadCloser, error) { return s.transcript(ctx, l.Name) }
		}
		logs = append(logs, l)
	}
	return logs, s.end
}

// wanted are the logs that workers are asked to read, none where that is not worth their while.
func (d *demand) wanted(counter *popularity.Counter, set *logSet) (wanted []fleet.Log) {
	if !d.Config.Crawl.Workers || !d.o.Remember || d.alone || !onServer(d.Config.State) {
		return nil
	}
	size := int64(0)
	met := map[string]bool{}
	for _, l := range set.logs {
		if !met[l.Name] && counter.IsNew(l) {
			met[l.Name] = true
			size += l.Size
			wanted = append(wanted, fleet.Log{Name: l.Name, Link: set.links[l.Name], Size: l.Size, Modified: l.Modified})
		}
	}
	if size < leastShared {
		return nil
	}
	return wanted
}

// sharedLogs are those that workers read.
type sharedLogs struct {
	*demand
	*fleet.Coordinator
	asked *fleet.Logs
	crew  *crew
	// left is why workers are not waited for any more.
	left error
	// failed counts the logs that they could not read.
	failed int
}

func (s *sharedLogs) begin(ctx context.Context, wanted []fleet.Log) (err error) {
	if s.Coordinator, err = fleet.Coordinate(ctx, s.Config.State); err != nil {
		return err
	}
	s.crew = newCrew(s.Coordinator)
	s.asked, err = s.ReadLogs(ctx, s.Version, s.sharedSettings(), wanted)
	return err
}

// transcript waits for that of a log. An error has the log itself read.
func (s *sharedLogs) transcript(ctx context.Context, name string) (io.ReadCloser, error) {
	s.crew.heard = time.Now() // while the last one was counted nobody looked
	for s.left == nil {
		p, err := s.asked.Progress(ctx, name)
		if err != nil {
			return nil, s.alone(ctx, err)
		}
		switch {
		case p.Done:
			return s.asked.Open(ctx, name), nil
		case p.Failed != "":
			return nil, s.unread(name, p.Failed)
		}
		s.Watch.progress(sharedStage(StageLogs, p.Workers), p.Read, p.All)
		if err := s.crew.wait(ctx, p.Turnout); err != nil {
			return nil, s.alone(ctx, err)
		}
	}
	return nil, s.left
}

// unread says that a log is read here.
func (s *sharedLogs) unread(name, why string) error {
	if s.failed++; s.failed <= toldFailures {
		s.Watch.note(fmt.Sprintf("the workers cannot read %s (%s): it is read here instead", name, why))
	}
	return errors.New(why)
}

// alone has all further logs read here.
func (s *sharedLogs) alone(ctx context.Context, err error) error {
	s.left = err
	if ctx.Err() == nil {
		s.Watch.note(hinted(err) + ": reading the logs alone")
	}
	return err
}

// end lets go of the transcripts.
func (s *sharedLogs) end() {
	if s.failed > toldFailures {
		s.Watch.note(fmt.Sprintf("%s more that the workers cannot read", counted(s.failed-toldFailures, "log")))
	}
	if s.Coordinator == nil {
		return
	}
	defer s.Close()
	if s.asked != nil {
		ctx, cancel := context.WithTimeout(context.Background(), endTime)
		defer cancel()
		if err := s.asked.End(ctx); err != nil {
			s.Watch.note(err.Error()) // the next run ends it
		}
	}
}
