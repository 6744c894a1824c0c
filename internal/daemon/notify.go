package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/plain"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/internal/webhook"
)

// noticeTime bounds one webhook with all its tries; a stop waits as long.
const noticeTime = time.Minute

// notices are the webhooks under way.
type notices struct {
	open int
	done chan error
}

// wait yields how each of those under way ended.
func (n *notices) wait(yield func(error) bool) {
	for ; n.open > 0; n.open-- {
		if !yield(<-n.done) {
			return
		}
	}
}

// notify tells the webhook, if there is one that wants to know. It does not wait for it; how it ended is seen when the
// next one is sent, or at the end.
func (d *Daemon) notify(end ending) {
	hook := d.Config.Serve.Webhook
	failed := end.err != nil || end.summary.Exit != warm.ExitDone
	if hook.URL == "" || hook.When == "failure" && !failed {
		return
	}
	if d.notices.done == nil {
		d.notices.done = make(chan error, 1)
	}
	for err := range d.notices.wait {
		d.Observer.Notified(err)
	}
	d.notices.open++
	m := message(end, d.Host)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), noticeTime)
		defer cancel()
		err := send(ctx, hook, m)
		if err != nil {
			d.Log.Error("the webhook was not told", "schedule", m.Schedule, "run", m.Run, "error", err.Error())
		}
		d.notices.done <- err
	}()
}

func send(ctx context.Context, hook config.Webhook, m webhook.Message) error {
	url, err := Secret(hook.URL)
	if err != nil {
		return err
	}
	body, err := webhook.Parse(hook.Template)
	if err != nil {
		return err
	}
	return (&webhook.Hook{URL: url, Template: body}).Send(ctx, m)
}

func message(end ending, host string) webhook.Message {
	s := end.summary
	m := webhook.Message{
		Event: "finished", Schedule: end.job.Name, Host: host, Run: s.Run, Exit: s.Exit, Started: s.Started, Ended: s.Ended,
		Discovered: s.Discovered, Planned: s.Planned, Submitted: s.Submitted, Accepted: s.Accepted, Failed: s.Failed,
		Unknown: s.Unknown, Deferred: s.Deferred, LeftOut: map[string]int{},
	}
	for reason, n := range s.LeftOut {
		m.LeftOut[string(reason)] = n
	}
	if end.err != nil {
		m.Event, m.Error = "failed", plain.Text(end.err.Error())
	}
	return m
}

// ErrNoSecret is returned by Secret when there is none at its place.
var ErrNoSecret = errors.New("it is not there")

// maxSecret bounds the file of a secret.
const maxSecret = 64 << 10

// Secret is what is kept at a place that the config names: env:NAME or file:PATH. It is read each time, as files of
// secrets are exchanged. The error names the place.
func Secret(place string) (string, error) {
	kind, name, _ := strings.Cut(place, ":")
	text := os.Getenv(name)
	if kind == "file" {
		info, err := os.Stat(name)
		if err != nil {
			return "", err
		}
		if info.Size() > maxSecret {
			return "", fmt.Errorf("%s is longer than %d KiB", place, maxSecret>>10)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		text = string(data)
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", fmt.Errorf("%s: %w", place, ErrNoSecret)
	}
	return text, nil
}
