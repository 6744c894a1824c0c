package ledger_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// service is an API that keeps what it accepted in a file, so that it outlives a killed process as the real one would.
type service struct {
	path  string
	delay func()
	mu    sync.Mutex
}

func (s *service) Prefetch(_ context.Context, b submitter.Batch) (submitter.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wait()
	f, err := os.OpenFile(s.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return submitter.Receipt{}, err
	}
	job := "job-" + b.ID
	var lines strings.Builder
	for _, u := range b.URLs {
		fmt.Fprintln(&lines, job, u)
	}
	_, err = f.WriteString(lines.String())
	s.wait()
	return submitter.Receipt{JobID: job}, errors.Join(err, f.Close())
}

func (s *service) wait() {
	if s.delay != nil {
		s.delay()
	}
}

func (s *service) Quota(context.Context, string) (submitter.Quota, error) {
	return submitter.Quota{Batch: 10, Daily: 10_000, Available: 10_000 - len(s.accepted())}, nil
}

func (s *service) Tasks(_ context.Context, q submitter.TaskQuery) ([]submitter.Task, int, error) {
	var tasks []submitter.Task
	for _, t := range s.accepted() {
		if q.Target == "" || q.Target == t.URL {
			tasks = append(tasks, t)
		}
	}
	total := len(tasks)
	tasks = tasks[min(q.Offset, total):]
	return tasks[:min(q.Limit, len(tasks))], total, nil
}

// accepted is all that was, in order.
func (s *service) accepted() []submitter.Task {
	f, err := os.Open(s.path)
	if err != nil {
		return nil
	}
	defer f.Close()
	var tasks []submitter.Task
	for lines := bufio.NewScanner(f); lines.Scan(); {
		job, url, _ := strings.Cut(lines.Text(), " ")
		tasks = append(tasks, submitter.Task{JobID: job, URL: url, Status: "processing", Created: time.Now()})
	}
	return tasks
}

// urls are those that were accepted, sorted; one that was twice is there twice.
func (s *service) urls() []string {
	var urls []string
	for _, t := range s.accepted() {
		urls = append(urls, t.URL)
	}
	slices.Sort(urls)
	return urls
}
