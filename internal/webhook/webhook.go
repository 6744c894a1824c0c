// Package webhook tells another program that something has happened: one POST with a body that a template makes.
package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/template"
	"time"
)

// Message is what a webhook is told. Its JSON is the body when there is no template.
type Message struct {
	// Event is finished or failed.
	Event string `json:"event"`
	// Schedule is the name of the schedule, events, or all for a run that a person asked for.
	Schedule string `json:"schedule"`
	Host     string `json:"host"`
	// Run is 0 for one that failed before it had a number.
	Run     int64     `json:"run"`
	Exit    int       `json:"exit"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Error is why it failed, empty when it did not.
	Error      string         `json:"error,omitempty"`
	Discovered int            `json:"discovered"`
	Planned    int            `json:"planned"`
	Submitted  int            `json:"submitted"`
	Accepted   int            `json:"accepted"`
	Failed     int            `json:"failed"`
	Unknown    int            `json:"unknown"`
	Deferred   int            `json:"deferred"`
	LeftOut    map[string]int `json:"left_out"`
}

// Text is the message in one line for people.
func (m Message) Text() string {
	took := m.Ended.Sub(m.Started).Round(time.Second)
	if m.Error != "" {
		return fmt.Sprintf("edgewarm %s failed on %s after %s: %s", m.Schedule, m.Host, took, m.Error)
	}
	text := fmt.Sprintf("edgewarm %s finished on %s in %s: %d of %d planned URLs accepted", m.Schedule, m.Host, took, m.Accepted, m.Planned)
	for _, more := range []struct {
		n    int
		word string
	}{{m.Failed, "failed"}, {m.Unknown, "unknown"}, {m.Deferred, "deferred"}} {
		if more.n > 0 {
			text += fmt.Sprintf(", %d %s", more.n, more.word)
		}
	}
	return text
}

// Template makes the body of a Message.
type Template struct{ body *template.Template }

// maxTemplate bounds a template, maxBody what it makes: chats take far less.
const (
	maxTemplate = 64 << 10
	maxBody     = 256 << 10
)

// Parse reads a text/template over Message, whose function json quotes a value. The empty text is the whole Message. The
// template is tried out, so that a wrong field is seen now and not at night.
func Parse(text string) (*Template, error) {
	if len(text) > maxTemplate {
		return nil, fmt.Errorf("it is longer than %d KiB", maxTemplate>>10)
	}
	if text == "" {
		text = "{{json .}}"
	}
	body, err := template.New("webhook").Option("missingkey=error").Funcs(template.FuncMap{"json": quoted}).Parse(text)
	if err != nil {
		return nil, err
	}
	t := &Template{body}
	_, err = t.render(Message{Event: "finished", LeftOut: map[string]int{}})
	return t, err
}

func quoted(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

func (t *Template) render(m Message) ([]byte, error) {
	var out limited
	err := t.body.Execute(&out, m)
	return out.Bytes(), err
}

// limited refuses what is too long.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > maxBody {
		return 0, fmt.Errorf("the body is longer than %d KiB", maxBody>>10)
	}
	return l.Buffer.Write(p)
}

// Hook sends messages.
type Hook struct {
	// URL is where to; it is mostly a secret and stands in no error.
	URL      string
	Template *Template
	// Pause is how long to wait before the second try, twice as long before the third; 0 is 2 seconds.
	Pause time.Duration
}

const (
	tries        = 3
	timeout      = 10 * time.Second // of one try
	defaultPause = 2 * time.Second
)

// ErrURL is returned for a URL that none can be.
var ErrURL = errors.New("the webhook's URL is none: it begins with https:// or http://")

// Send posts the message, and tries again what failed for want of a server. No redirect is followed: it would carry the
// message to where nobody said.
func (h *Hook) Send(ctx context.Context, m Message) error {
	u, err := url.Parse(strings.TrimSpace(h.URL))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ErrURL
	}
	body, err := h.Template.render(m)
	if err != nil {
		return err
	}
	pause := h.Pause
	if pause == 0 {
		pause = defaultPause
	}
	for try := 1; ; try++ {
		again, err := post(ctx, u, body)
		if err == nil || !again || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pause):
			pause *= 2
		}
	}
}

var client = &http.Client{
	Timeout:       timeout,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func post(ctx context.Context, u *url.URL, body []byte) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return false, ErrURL
	}
	req.Header.Set("Content-Type", contentType(body))
	req.Header.Set("User-Agent", "edgewarm")
	resp, err := client.Do(req)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err // without the URL
		}
		return true, fmt.Errorf("webhook at %s: %w", u.Host, err)
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // so that the connection can be used again
	if resp.StatusCode/100 != 2 {
		return resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests,
			fmt.Errorf("webhook at %s: %s", u.Host, resp.Status)
	}
	return false, nil
}

func contentType(body []byte) string {
	if json.Valid(body) {
		return "application/json"
	}
	return "text/plain; charset=utf-8"
}
