package edgeonetest

import (
	"slices"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/glob"
)

// The API's limits on DescribePrefetchTasks.
const (
	maxTasksPage    = 1000
	maxTasksSpan    = 7 * 24 * time.Hour
	maxFilterValues = 20
)

// task is what becomes of one target.
type task struct {
	zone, job, url string
	created        time.Time
	end            Outcome
}

// taskList holds tasks in the order of their creation.
type taskList struct {
	all        []task
	byJob, url map[string][]int
}

func newTaskList() taskList {
	return taskList{byJob: make(map[string][]int), url: make(map[string][]int)}
}

func (l *taskList) len() int { return len(l.all) }

func (l *taskList) add(t task) {
	i := len(l.all)
	l.all = append(l.all, t)
	l.byJob[t.job] = append(l.byJob[t.job], i)
	l.url[t.url] = append(l.url[t.url], i)
}

// outcome is how the task of a target ends.
func (s *Simulator) outcome(target string) Outcome {
	for _, o := range s.o.Outcomes {
		if glob.Match(o.Glob, target) {
			return o
		}
	}
	return Outcome{Status: "success"}
}

// state is how far a task is.
func (s *Simulator) state(t *task, now time.Time) map[string]any {
	end, updated := t.end, t.created.Add(max(s.o.TaskTime, 0))
	if since(t.created, now) < s.o.TaskTime || end.Status == "processing" {
		end, updated = Outcome{Status: "processing"}, t.created
	}
	return map[string]any{
		"JobId": t.job, "Target": t.url, "Type": kindPrefetch, "Method": "", "Status": end.Status,
		"CreateTime": t.created.UTC().Format(time.RFC3339), "UpdateTime": updated.UTC().Format(time.RFC3339),
		"FailType": end.FailType, "FailMessage": end.Message,
	}
}

type tasksParameters struct {
	page
	ZoneID             string
	StartTime, EndTime string
	Filters            []filter

	from, to time.Time
}

// check reads the window, which only a job's identifier makes needless.
func (p *tasksParameters) check() *answer {
	for _, f := range p.Filters {
		switch {
		case !slices.Contains([]string{"job-id", "target", "domains", "statuses"}, f.Name):
			return refused("InvalidParameter", "there is no filter %.50q", f.Name)
		case len(f.Values) == 0 || len(f.Values) > maxFilterValues, len(f.Values) > 1 && (f.Name == "job-id" || f.Name == "target"):
			return refused("InvalidParameter", "the filter %s has %d values", f.Name, len(f.Values))
		}
	}
	if p.StartTime == "" && p.EndTime == "" {
		if p.value("job-id") == "" {
			return refused("MissingParameter", "StartTime and EndTime, or the filter job-id, are missing")
		}
		return nil
	}
	var err1, err2 error
	p.from, err1 = time.Parse(time.RFC3339, p.StartTime)
	p.to, err2 = time.Parse(time.RFC3339, p.EndTime)
	if err1 != nil || err2 != nil || p.to.Before(p.from) || p.to.Sub(p.from) > maxTasksSpan {
		return refused("InvalidParameter", "StartTime and EndTime are not a span of at most 7 days")
	}
	return nil
}

// value is that of a filter that takes one.
func (p *tasksParameters) value(name string) string {
	for _, f := range p.Filters {
		if f.Name == name && len(f.Values) > 0 {
			return f.Values[0]
		}
	}
	return ""
}

// wants is whether a task is among those asked for. The API's times have no fractions.
func (p *tasksParameters) wants(s *Simulator, t *task, now time.Time) bool {
	created := t.created.Truncate(time.Second)
	if t.zone != p.ZoneID && p.ZoneID != "*" || since(t.created, now) < s.o.ListDelay {
		return false
	}
	if !p.from.IsZero() && (created.Before(p.from) || created.After(p.to)) {
		return false
	}
	host, _ := targetHost(t.url)
	status, _ := s.state(t, now)["Status"].(string)
	return matches(p.Filters, "job-id", t.job) && matches(p.Filters, "target", t.url) &&
		matches(p.Filters, "domains", host) && matches(p.Filters, "statuses", status)
}

// candidates are the tasks that may match, the oldest first.
func (p *tasksParameters) candidates(l *taskList) []int {
	if job := p.value("job-id"); job != "" {
		return l.byJob[job]
	}
	if target := p.value("target"); target != "" && !slices.ContainsFunc(p.Filters, func(f filter) bool { return f.Fuzzy }) {
		return l.url[target]
	}
	first, _ := slices.BinarySearchFunc(l.all, p.from, func(t task, from time.Time) int { return t.created.Truncate(time.Second).Compare(from) })
	all := make([]int, 0, len(l.all)-first)
	for i := first; i < len(l.all); i++ {
		all = append(all, i)
	}
	return all
}

// describePrefetchTasks lists the newest first.
func (s *Simulator) describePrefetchTasks(c *call) answer {
	var p tasksParameters
	_, fail := s.decodeZone(c, &p, &p.ZoneID)
	if fail == nil {
		fail = p.check()
	}
	if fail != nil {
		return *fail
	}
	var found []int
	for _, i := range slices.Backward(p.candidates(&s.tasks)) {
		if p.wants(s, &s.tasks.all[i], c.now) {
			found = append(found, i)
		}
	}
	from, to, fail := p.cut(len(found), maxTasksPage)
	if fail != nil {
		return *fail
	}
	list := make([]any, 0, to-from)
	for _, i := range found[from:to] {
		list = append(list, s.state(&s.tasks.all[i], c.now))
	}
	return answer{fields: map[string]any{"TotalCount": len(found), "Tasks": list}}
}

// lets is whether one of the filter's values is the value, or a part of it when the filter is fuzzy.
func (f filter) lets(value string) bool {
	return slices.ContainsFunc(f.Values, func(v string) bool {
		return v == value || f.Fuzzy && strings.Contains(value, v)
	})
}
