package daemon

import (
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/progress"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// Status is what others see of a Daemon.
type Status struct {
	Started time.Time `json:"started"`
	// Ready is true once it has looked at what was missed, until it stops; Draining from then on.
	Ready    bool `json:"ready"`
	Draining bool `json:"draining"`
	// Beat is when its loop last went round.
	Beat      time.Time        `json:"beat"`
	Running   *Running         `json:"running"`
	Queue     []string         `json:"queue"`
	Schedules []ScheduleStatus `json:"schedules"`
	// Reloaded is when the config was last read anew, and ReloadError why it was refused then.
	Reloaded    time.Time `json:"reloaded,omitzero"`
	ReloadError string    `json:"reload_error,omitempty"`
	// Said is what the run that goes on, or the last one, said: the newest of it, the newest last.
	Said []Said `json:"said"`
}

// Running is the run that goes on.
type Running struct {
	Job   string    `json:"job"`
	Since time.Time `json:"since"`
	// Stage is what it does now; of Total things Done are done, Total 0 when it is not known.
	Stage string `json:"stage"`
	Done  int    `json:"done"`
	Total int    `json:"total"`
	// Rate is how many are done in a second, Left how many seconds the rest takes; 0 when it is not known.
	Rate float64 `json:"rate"`
	Left float64 `json:"left"`
}

// ScheduleStatus is one schedule.
type ScheduleStatus struct {
	Name string    `json:"name"`
	Cron string    `json:"cron"`
	Next time.Time `json:"next"`
}

// Said is one line that a run said.
type Said struct {
	At time.Time `json:"at"`
	// Fault is true of what failed; Hint says what to do about it.
	Fault bool   `json:"fault"`
	Text  string `json:"text"`
	Hint  string `json:"hint,omitempty"`
}

// maxSaid is how many lines are kept: what a person scrolls through. All of them are in the log.
const maxSaid = 100

// board holds the Status, for the loop and the run to write and for anybody to read.
type board struct {
	mu      sync.Mutex
	status  Status
	meter   progress.Meter
	changed chan struct{}
}

// Status is a copy of what is so now.
func (d *Daemon) Status() Status {
	s, _ := d.Watch()
	return s
}

// Watch is Status, and a channel that is closed when it has changed.
func (d *Daemon) Watch() (Status, <-chan struct{}) {
	b := &d.board
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.status
	s.Said, s.Queue, s.Schedules = slices.Clone(s.Said), slices.Clone(s.Queue), slices.Clone(s.Schedules)
	if s.Running != nil {
		running := *s.Running
		s.Running = &running
	}
	return s, b.changed
}

// change changes the status under the lock and tells those who watch.
func (b *board) change(f func(*Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.status)
	if b.changed != nil {
		close(b.changed)
	}
	b.changed = make(chan struct{})
}

func (b *board) begin(at time.Time) {
	b.change(func(s *Status) { s.Started, s.Beat, s.Said = at, at, []Said{} })
}
func (b *board) ready()            { b.change(func(s *Status) { s.Ready = true }) }
func (b *board) beat(at time.Time) { b.change(func(s *Status) { s.Beat = at }) }
func (b *board) drain()            { b.change(func(s *Status) { s.Ready, s.Draining = false, true }) }

func (b *board) table(schedules []ScheduleStatus, queue []string) {
	b.change(func(s *Status) { s.Schedules, s.Queue = schedules, slices.Concat([]string{}, queue) })
}

func (b *board) reloaded(at time.Time, err error) {
	b.change(func(s *Status) {
		s.Reloaded, s.ReloadError = at, ""
		if err != nil {
			s.ReloadError = plain.Text(err.Error())
		}
	})
}

// start begins a run, and returns what it is to tell.
func (b *board) start(job string, at time.Time, log *slog.Logger) warm.Watch {
	b.change(func(s *Status) { s.Running, s.Said = &Running{Job: job, Since: at}, []Said{} })
	log = log.With("schedule", job)
	return warm.Watch{
		Note: func(text string) {
			text = plain.Text(text)
			log.Info(text)
			b.say(Said{At: now(), Text: text})
		},
		Detail: func(text string) { log.Debug(plain.Text(text)) },
		Fault: func(err error, hint string) {
			text := plain.Text(err.Error())
			log.Warn(text, "hint", hint)
			b.say(Said{At: now(), Fault: true, Text: text, Hint: plain.Text(hint)})
		},
		Progress: func(stage warm.Stage, done, total int) {
			name := string(stage)
			if stage == warm.StageLogs { // it counts bytes
				name, done, total = name+", MiB", done>>20, total>>20
			}
			b.progress(name, done, total, time.Now())
		},
	}
}

func (b *board) say(line Said) {
	b.change(func(s *Status) {
		s.Said = append(s.Said[max(0, len(s.Said)-maxSaid+1):len(s.Said):len(s.Said)], line)
	})
}

func (b *board) progress(stage string, done, total int, at time.Time) {
	b.change(func(s *Status) {
		r := s.Running
		if r == nil {
			return
		}
		if r.Stage != stage {
			b.meter = progress.Meter{}
		}
		b.meter.Add(at, done, total)
		r.Stage, r.Done, r.Total, r.Rate, r.Left = stage, done, total, b.meter.Rate(), 0
		if left, known := b.meter.Left(); known {
			r.Left = left.Seconds()
		}
	})
}

// stop ends a run. An error that ended it is the last that it said.
func (b *board) stop(end ending, at time.Time) {
	if end.err != nil {
		b.say(Said{At: at, Fault: true, Text: plain.Text(end.err.Error())})
	}
	b.change(func(s *Status) { s.Running = nil })
}
