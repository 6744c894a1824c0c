package webhook_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/webhook"
)

// told is what a webhook was told, and answers with the statuses in turn.
type told struct {
	statuses []int
	bodies   []string
	types    []string
}

func (s *told) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.bodies, s.types = append(s.bodies, string(body)), append(s.types, r.Header.Get("Content-Type"))
	status := s.statuses[min(len(s.bodies), len(s.statuses))-1]
	if status == http.StatusFound {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
}

func send(t *testing.T, text string, statuses ...int) (*told, error) {
	t.Helper()
	to := &told{statuses: statuses}
	server := httptest.NewServer(to)
	defer server.Close()
	template, err := webhook.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	hook := webhook.Hook{URL: server.URL + "/hush", Template: template, Pause: time.Millisecond}
	at := time.Date(2026, 3, 1, 3, 30, 0, 0, time.UTC)
	err = hook.Send(t.Context(), webhook.Message{Event: "finished", Schedule: "nightly", Host: "h", Run: 7, Planned: 3, Accepted: 2, Failed: 1, Started: at, Ended: at.Add(time.Minute)})
	if err != nil && strings.Contains(err.Error(), "hush") {
		t.Errorf("the URL's secret is in %v", err)
	}
	return to, err
}

func TestSend(t *testing.T) {
	t.Parallel()
	to, err := send(t, "", 204)
	var got map[string]any
	if err != nil || json.Unmarshal([]byte(to.bodies[0]), &got) != nil || got["run"] != 7.0 || to.types[0] != "application/json" {
		t.Errorf("%v: it was told %q", err, to.bodies)
	}
	to, err = send(t, `{"text": {{json .Text}}}`, 200)
	if want := `{"text": "edgewarm nightly finished on h in 1m0s: 2 of 3 planned URLs accepted, 1 failed"}`; err != nil || to.bodies[0] != want {
		t.Errorf("%v: it was told %q", err, to.bodies)
	}
}

func TestTries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statuses []int
		calls    int
		ok       bool
	}{
		"once more":        {[]int{503, 200}, 2, true},
		"three times":      {[]int{500}, 3, false},
		"not what is ours": {[]int{404}, 1, false},
		"no redirect":      {[]int{302, 200}, 1, false},
	} {
		to, err := send(t, "", c.statuses...)
		if len(to.bodies) != c.calls || (err == nil) != c.ok {
			t.Errorf("%s: %d calls, %v", name, len(to.bodies), err)
		}
	}
}

func TestWrong(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{{", "{{.Nothing}}", "{{template \"x\"}}", strings.Repeat("x", 70<<10)} {
		if _, err := webhook.Parse(text); err == nil {
			t.Errorf("%.20q is taken", text)
		}
	}
	all, err := webhook.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{"", "file:///etc/passwd", "not a URL", "//x"} {
		if err := (&webhook.Hook{URL: url, Template: all}).Send(t.Context(), webhook.Message{}); !errors.Is(err, webhook.ErrURL) {
			t.Errorf("%q: %v", url, err)
		}
	}
}
