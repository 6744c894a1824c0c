package demosite_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/demosite"
)

func logOf(t *testing.T, f demosite.Format, lines int) string {
	t.Helper()
	var b bytes.Buffer
	if err := demosite.Log(&b, base, f, lines); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type line struct {
	RequestID, RequestTime, RequestHost, RequestMethod, RequestUrl, RequestUA, EdgeCacheStatus string

	EdgeResponseStatusCode int
	EdgeResponseBytes      int64
}

func read(t *testing.T, text string) []line {
	t.Helper()
	var all []line
	for s := range strings.Lines(text) {
		var l line
		if err := json.Unmarshal([]byte(s), &l); err != nil {
			t.Fatalf("%v in %s", err, s)
		}
		all = append(all, l)
	}
	return all
}

func TestLogIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	for _, f := range []demosite.Format{demosite.EdgeOne, demosite.Combined} {
		first := logOf(t, f, 2000)
		if n := strings.Count(first, "\n"); n != 2000 {
			t.Errorf("%s: got %d lines, want 2000", f, n)
		}
		if logOf(t, f, 2000) != first {
			t.Errorf("%s: the second log differs", f)
		}
	}
}

func TestLogFitsTheSite(t *testing.T) {
	t.Parallel()
	paths := map[string]bool{}
	for _, p := range demosite.Paths() {
		paths[p] = true
	}
	lines := read(t, logOf(t, demosite.EdgeOne, 5000))
	missing, asked := 0, map[string]bool{}
	for _, l := range lines {
		p, err := url.PathUnescape(l.RequestUrl)
		if err != nil {
			t.Fatal(err)
		}
		asked[p] = true
		if !paths[p] {
			missing++
			if l.EdgeResponseStatusCode < 400 {
				t.Errorf("%s answers %d and is not there", p, l.EdgeResponseStatusCode)
			}
		}
	}
	if missing == 0 || missing > len(lines)/20 {
		t.Errorf("got %d of %d lines for what is not there, want some, and few", missing, len(lines))
	}
	if len(asked) < len(paths)*3/4 {
		t.Errorf("got requests for %d of %d paths, want most", len(asked), len(paths))
	}
}

func TestLogIsLikeARealOne(t *testing.T) {
	t.Parallel()
	lines := read(t, logOf(t, demosite.EdgeOne, 5000))
	status, cache, ids := map[int]int{}, map[string]int{}, map[string]int{}
	byPath := map[string]int{}
	heads, bots, last := 0, 0, time.Time{}
	for _, l := range lines {
		status[l.EdgeResponseStatusCode]++
		cache[l.EdgeCacheStatus]++
		ids[l.RequestID]++
		byPath[l.RequestUrl]++
		if l.RequestMethod == "HEAD" {
			heads++
		}
		if strings.Contains(l.RequestUA, "bot") {
			bots++
		}
		at, err := time.Parse(time.RFC3339, l.RequestTime)
		if err != nil || at.Before(last) {
			t.Fatalf("got time %q after %v: %v", l.RequestTime, last, err)
		}
		last = at
	}
	for _, code := range []int{200, 206, 304, 403, 404, 499, 502} {
		if status[code] == 0 {
			t.Errorf("no line has status %d", code)
		}
	}
	if len(ids) == len(lines) || len(ids) < len(lines)*98/100 {
		t.Errorf("got %d IDs in %d lines, want a few twice", len(ids), len(lines))
	}
	if cache["hit"] == 0 || cache["miss"] == 0 || cache["dynamic"] == 0 {
		t.Errorf("got cache statuses %v", cache)
	}
	if heads == 0 || bots < len(lines)/50 || bots > len(lines)/3 {
		t.Errorf("got %d HEADs and %d requests of bots in %d lines", heads, bots, len(lines))
	}
	first, last4 := byPath["/vod/harbour/e06/seg0.ts"], byPath["/vod/harbour/e06/seg4.ts"]
	if last4 == 0 || first < last4*6/5 {
		t.Errorf("viewers do not leave: the first segment has %d requests, the last %d", first, last4)
	}
	if oldest := byPath["/vod/harbour/e01/seg0.ts"]; first < 3*oldest {
		t.Errorf("the newest episode has %d requests, the oldest %d", first, oldest)
	}
}

var combined = regexp.MustCompile(`^[0-9.]+ - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "[A-Z]+ /[^ ]* HTTP/1\.1" \d{3} \d+ "[^"]*" "[^"]+"\n$`)

func TestCombined(t *testing.T) {
	t.Parallel()
	for l := range strings.Lines(logOf(t, demosite.Combined, 3000)) {
		if !combined.MatchString(l) {
			t.Fatalf("not combined: %s", l)
		}
	}
}

func TestLogUntil(t *testing.T) {
	t.Parallel()
	end := time.Date(2031, 5, 6, 7, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	if err := demosite.LogUntil(&b, base, demosite.EdgeOne, 3000, end); err != nil {
		t.Fatal(err)
	}
	for _, l := range read(t, b.String()) {
		at, err := time.Parse(time.RFC3339, l.RequestTime)
		if err != nil || at.After(end) || at.Before(end.Add(-demosite.LogSpan)) {
			t.Fatalf("got %s, want it in the %v before %v", l.RequestTime, demosite.LogSpan, end)
		}
	}
}

func TestLogRefuses(t *testing.T) {
	t.Parallel()
	if err := demosite.Log(&bytes.Buffer{}, base, "w3c", 10); err == nil {
		t.Error("got no error for a format that there is not")
	}
	if err := demosite.Log(&bytes.Buffer{}, "http://[::1", demosite.EdgeOne, 10); err == nil {
		t.Error("got no error for a base that is no URL")
	}
}
