package warm_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/fleet"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner/popularity"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// coordinatorOf is a process with credentials, workerOf one without.
func coordinatorOf(a *asked) *warm.Warmer {
	return &warm.Warmer{Config: a.config, Credentials: func(context.Context) (submitter.Credentials, error) {
		return submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: edgeonetest.DefaultSecretKey}, nil
	}}
}

func workerOf(a *asked) *warm.Warmer {
	return &warm.Warmer{Config: a.config, Credentials: func(context.Context) (submitter.Credentials, error) {
		return submitter.Credentials{}, errors.New("a worker has none")
	}}
}

// Workers read files, objects of buckets and the service's packages as the coordinator found them, without credentials.
func TestWorkerReadsLogs(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file.log")
	if err := os.WriteFile(file, []byte(requestsOf(1, 2)), 0o600); err != nil {
		t.Fatal(err)
	}
	a := newAsked(t, func(p *config.Popularity) {
		p.Logs = []string{file, bucketOf(t, map[string]string{"object.log": requestsOf(2, 3), "object.log.1": requestsOf(2, 30)})}
		p.EdgeOne = config.Logs
	})
	newService(t, a, edgeonetest.Options{Logs: []edgeonetest.Log{
		{Host: "h.example.com", Start: time.Now().Add(-5 * time.Hour).Truncate(time.Hour), Data: packed(requestsOf(3, 4))},
	}})
	coordinator, worker := coordinatorOf(a), workerOf(a)
	defer coordinator.Close()
	defer worker.Close()
	found, err := coordinator.FoundLogs(t.Context(), a.config.Account.Zones)
	if err != nil || len(found) != 4 {
		t.Fatalf("got %d logs, %v", len(found), err)
	}
	for i, want := range []int{2, 3, 30, 4} {
		var b bytes.Buffer
		if err := worker.ReadLog(t.Context(), found[i], &b); err != nil {
			t.Errorf("%s: %v", found[i].Name, err)
			continue
		}
		stats, err := new(popularity.Counter).Logs(t.Context(), popularity.Log{
			Name: found[i].Name, Size: found[i].Size, Modified: found[i].Modified,
			Open:       func(context.Context) (io.ReadCloser, error) { return nil, errors.New("the log itself was opened") },
			Transcript: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(&b), nil },
		})
		if err != nil || stats[0].Counted != want {
			t.Errorf("%s: got %+v, %v, want %d counted", found[i].Name, stats, err, want)
		}
	}
}

// A worker says what is not as the coordinator found it, and reads nothing of it.
func TestWorkerReadsNoOtherLog(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file.log")
	if err := os.WriteFile(file, []byte(requestsOf(1, 2)), 0o600); err != nil {
		t.Fatal(err)
	}
	a := newAsked(t, func(p *config.Popularity) {
		p.Logs = []string{file, bucketOf(t, map[string]string{"object.log": requestsOf(2, 3)})}
	})
	worker := workerOf(a)
	defer worker.Close()
	found, err := worker.FoundLogs(t.Context(), nil)
	if err != nil || len(found) != 2 {
		t.Fatalf("got %d logs, %v", len(found), err)
	}
	for name, c := range map[string]struct {
		of     int
		change func(*fleet.Log)
		want   string
	}{
		"a file of another size":     {0, func(l *fleet.Log) { l.Size++ }, "here it has"},
		"a file of another time":     {0, func(l *fleet.Log) { l.Modified = l.Modified.Add(time.Nanosecond) }, "here it has"},
		"no file":                    {0, func(l *fleet.Log) { l.Name += ".1" }, "no such file"},
		"a folder":                   {0, func(l *fleet.Log) { l.Name = filepath.Dir(l.Name) }, "no such file"},
		"an object of another size":  {1, func(l *fleet.Log) { l.Size++ }, "here it has"},
		"no object":                  {1, func(l *fleet.Log) { l.Name += ".1" }, "file does not exist"},
		"an object of another store": {1, func(l *fleet.Log) { l.Name = "s3://elsewhere/object.log" }, "is in another bucket"},
		"a package without a link":   {1, func(l *fleet.Log) { l.Name = "edgeone:zone-a/mainland/x.log.gz" }, "names no https:// URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := found[c.of]
			c.change(&log)
			var b bytes.Buffer
			if err := worker.ReadLog(t.Context(), log, &b); err == nil || !strings.Contains(err.Error(), c.want) || b.Len() > 0 {
				t.Errorf("got %v, %d bytes, want an error of %q", err, b.Len(), c.want)
			}
		})
	}
}
