package warm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// DemandOptions are those of Demand.
type DemandOptions struct {
	// Stdin is what a log called - is read from.
	Stdin io.Reader
	// Zones are those whose hosts the service is asked about.
	Zones map[string][]string
	// Remember keeps what was counted for the next time; false only makes use of what was kept.
	Remember bool
}

// demand is one gathering of it.
type demand struct {
	*Warmer
	o DemandOptions
	// problems are what could not be read.
	problems []*HintError
	// read is the bytes of logs that were read.
	read, told int64
	total      int64
	// alone has no worker read logs.
	alone bool
}

// Demand reads the config's access logs, what it asks a database for, and what the service knows; nil when it names
// none. A log that cannot be read is told to Watch and counted in faults: the plan is made from the others. The error is
// the context's, or that of something that popularity.required asks for.
func (w *Warmer) Demand(ctx context.Context, o DemandOptions, faults *int) (planner.Popularity, error) {
	p := w.Config.Popularity
	if len(p.Logs) == 0 && p.SQL.Query == "" && p.EdgeOne == config.Off {
		return nil, nil
	}
	d := &demand{Warmer: w, o: o}
	counter, err := d.logs(ctx)
	if err == nil {
		err = d.rest(ctx, counter)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, problem := range d.problems {
		*faults++
		w.Watch.fault(problem, problem.Hint)
	}
	if err != nil {
		return nil, err
	}
	switch bound := counter.ErrorBound(); {
	case counter.Len() == 0:
		w.Watch.note("the logs tell of no demand: sitemaps and playlists alone order the plan")
	case bound > 0:
		w.Watch.note(fmt.Sprintf("the logs have more URLs than popularity.memory holds: of each up to %.1f requests may be missing, and %d are known",
			bound, counter.Len()))
	}
	return &popularity.Model{Counter: counter}, nil
}

// counter is a new one, as the config has it.
func (d *demand) counter() *popularity.Counter {
	c := d.Warmer.counter()
	c.Stdin = d.o.Stdin
	return c
}

// counter is one that counts as the config says.
func (w *Warmer) counter() *popularity.Counter {
	p := w.Config.Popularity
	return &popularity.Counter{
		Format: p.Format, HalfLife: p.HalfLife, Memory: int64(p.Memory), Base: p.Base,
		Policy: w.cacheKey(),
	}
}

// logs counts all logs but stdin: of those that are remembered, what is new.
func (d *demand) logs(ctx context.Context) (*popularity.Counter, error) {
	counter := d.restored(ctx)
	err := d.count(ctx, counter)
	if popularity.Spoilt(err) && ctx.Err() == nil {
		counter = d.anew(ctx, err)
		err = d.count(ctx, counter)
	}
	if err == nil && ctx.Err() == nil && d.o.Remember {
		d.save(ctx, counter)
	}
	return counter, err
}

// anew is a Counter in the place of one that is spoilt. Where only a transcript was, what was counted before stands: some of
// those logs may be gone.
func (d *demand) anew(ctx context.Context, spoilt error) *popularity.Counter {
	d.problems, d.read, d.told, d.total = nil, 0, 0, 0
	d.alone = errors.Is(spoilt, popularity.ErrTranscript)
	if d.alone {
		d.Watch.note(fmt.Sprintf("%v: the logs are read alone", spoilt))
		return d.restored(ctx)
	}
	d.Watch.note(fmt.Sprintf("%v: all logs are read again", spoilt))
	return d.counter()
}

// count reads logs, wherever they are. Its error ends the run.
func (d *demand) count(ctx context.Context, counter *popularity.Counter) error {
	logs, err := d.configLogs(ctx, d.o.Zones)
	defer logs.close()
	if err := d.lost(ctx, err); err != nil {
		return err
	}
	shared, ended := d.shareLogs(ctx, counter, logs)
	defer ended()
	return d.readLogs(ctx, counter, shared)
}

// rest counts what cannot be remembered, because all of it comes each time.
func (d *demand) rest(ctx context.Context, counter *popularity.Counter) error {
	for _, name := range d.Config.Popularity.Logs {
		if name == "-" {
			logs, _ := counter.Find(name)
			if err := d.readLogs(ctx, counter, logs); err != nil {
				return err
			}
		}
	}
	if d.Config.Popularity.SQL.Query != "" {
		if err := d.query(ctx, counter); err != nil {
			return err
		}
	}
	if d.Config.Popularity.EdgeOne == config.Top {
		return d.serviceTop(ctx, counter)
	}
	return nil
}

// readLogs counts logs and says how. The error is why all are to be counted again, or that of a log that could not be reached.
func (d *demand) readLogs(ctx context.Context, counter *popularity.Counter, logs []popularity.Log) error {
	for i := range logs {
		d.meter(&logs[i])
	}
	stats, err := counter.Logs(ctx, logs...)
	if popularity.Spoilt(err) {
		return err
	}
	for _, s := range stats {
		d.tellLog(s)
	}
	if err := d.lost(ctx, err); err != nil {
		return err
	}
	if d.total > 0 {
		d.Watch.progress(StageLogs, int(d.total), int(d.total))
	}
	return nil
}

func (d *demand) tellLog(s popularity.Stats) {
	if s.Unchanged {
		d.Watch.detail(fmt.Sprintf("%s: nothing new, format %s", s.Name, s.Format))
		return
	}
	d.Watch.detail(fmt.Sprintf("%s: %d of %d lines counted, format %s", s.Name, s.Counted, s.Lines, s.Format))
	for _, warning := range s.Warnings {
		d.Watch.detail(fmt.Sprintf("%s:%d: %s", s.Name, warning.Line, warning.Text))
	}
}

// lost notes which logs could not be found or read. Its error is that of one that ends the run.
func (d *demand) lost(ctx context.Context, err error) error {
	for _, err := range split(err) {
		if !isFar(err) {
			d.problems = append(d.problems, &HintError{Err: err, Hint: logHint(err)})
		} else if err := d.unreached(ctx, err); err != nil {
			return err
		}
	}
	return nil
}

// logHint says what to do about a log that is not there or not as it should be.
func logHint(err error) string {
	if errors.Is(err, popularity.ErrNoFile) || errors.Is(err, fs.ErrNotExist) {
		return "mend the pattern in popularity.logs: paths are relative to the working directory"
	}
	if errors.Is(err, fs.ErrPermission) {
		return "let the user that edgewarm runs as read it"
	}
	return "name the format in popularity.format, or leave the log out of popularity.logs"
}

// unreached is what comes of a bucket, database or service that could not be asked: the error that ends the run, unless it
// is to go on without.
func (d *demand) unreached(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || popularity.Spoilt(err) {
		return err
	}
	if d.Config.Popularity.Required {
		hint := "popularity.required: false plans without it"
		if more := hintOf(err, ""); more != "" {
			hint = more + "; " + hint
		}
		return &HintError{Err: err, Hint: hint}
	}
	d.problems = append(d.problems, &HintError{Err: err, Hint: hintOf(err, "")})
	return nil
}

// split takes a joined error apart.
func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, err := range joined.Unwrap() {
			all = append(all, split(err)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	return []error{err}
}
