package popularity_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// transcribed has each log counted from its transcript, and opens none.
func transcribed(t testing.TB, logs []popularity.Log) []popularity.Log {
	t.Helper()
	out := make([]popularity.Log, 0, len(logs))
	for _, l := range logs {
		var b bytes.Buffer
		if err := new(popularity.Counter).Transcribe(t.Context(), l, &b); err != nil {
			t.Fatal(err)
		}
		l.Open = func(context.Context) (io.ReadCloser, error) { return nil, errors.New("it is opened") }
		l.Transcript = opens(b.Bytes())
		out = append(out, l)
	}
	return out
}

func opens(b []byte) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// saved is all that a Counter holds of logs, and what it says of them.
func saved(t testing.TB, c *popularity.Counter, logs []popularity.Log) (string, []popularity.Stats) {
	t.Helper()
	stats, err := c.Logs(t.Context(), logs...)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := c.Save(&b, "x"); err != nil {
		t.Fatal(err)
	}
	return b.String(), stats
}

// day is some hours of a site: ranges of films, machines, repeated lines, misses.
func day(t *testing.T) []popularity.Log {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	web := strings.Repeat(`1.2.3.4 - - [01/Jan/2026:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 5 "-" "UA"`+"\n", 9)
	files := map[string]string{"empty.log": "", "web.log": web + "not a line\n"}
	for hour := range 6 {
		var b strings.Builder
		for range 2000 {
			at = at.Add(time.Hour / 2000)
			line := fmt.Sprintf(`{"RequestTime":"%s","RequestHost":"h.example.com","RequestMethod":"%s","RequestUrl":"/film-%d/%d.ts","RequestID":"%d",`+
				`"EdgeResponseStatusCode":%d,"EdgeResponseBytes":%d,"EdgeCacheStatus":"%s","ClientIP":"10.0.0.%d","RequestUA":"%s"}`+"\n",
				at.Format(time.RFC3339), []string{"GET", "GET", "HEAD"}[r.IntN(3)], r.IntN(20), r.IntN(30), r.IntN(10_000),
				[]int{200, 206, 404}[r.IntN(3)], r.IntN(1e6), []string{"hit", "miss"}[r.IntN(2)], r.IntN(20), []string{"Player", "Googlebot"}[r.IntN(2)])
			b.WriteString(line)
			if r.IntN(10) == 0 {
				b.WriteString(line)
			}
		}
		files[fmt.Sprintf("%d.log", hour)] = b.String()
	}
	return found(t, tree(t, files))
}

func found(t *testing.T, dir string) []popularity.Log {
	t.Helper()
	logs, err := new(popularity.Counter).Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

// A Counter holds the same, byte for byte, whether it reads logs or their transcripts, and says the same of them.
func TestTranscriptsAreCountedAlike(t *testing.T) {
	t.Parallel()
	logs := day(t)
	for name, c := range map[string]func() *popularity.Counter{
		"all alike": func() *popularity.Counter { return &popularity.Counter{} },
		"by age":    func() *popularity.Counter { return &popularity.Counter{HalfLife: 6 * time.Hour} },
		"raw":       func() *popularity.Counter { return &popularity.Counter{Raw: true} },
		"since": func() *popularity.Counter {
			return &popularity.Counter{Since: time.Date(2026, 1, 1, 2, 0, 0, 0, time.UTC)}
		},
		"query": func() *popularity.Counter {
			return &popularity.Counter{Policy: popularity.Policy{Strip: []string{"b"}}}
		},
		"least memory": func() *popularity.Counter { return &popularity.Counter{Memory: 1} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, other := c(), c()
			if one.HalfLife == 0 { // else ages are taken from the requests
				one.Until = time.Now()
				other.Until = one.Until
			}
			want, wantStats := saved(t, one, logs)
			got, gotStats := saved(t, other, transcribed(t, logs))
			if got != want {
				t.Errorf("%d bytes of a snapshot from logs and %d from transcripts differ", len(want), len(got))
			}
			if diff := cmp.Diff(wantStats, gotStats); diff != "" {
				t.Errorf("what is said of logs and transcripts differs:\n%s", diff)
			}
		})
	}
}

// A log that was counted before is read from where that ended, and so is one that has a new name.
func TestTranscriptOfWhatIsKnown(t *testing.T) {
	t.Parallel()
	logs := day(t)
	for name, change := range map[string]func(*popularity.Log){
		"grown":   func(l *popularity.Log) { l.Size++ },
		"renamed": func(l *popularity.Log) { l.Name += ".1" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &popularity.Counter{}
			snapshot, _ := saved(t, c, logs[:1])
			if c.IsNew(logs[0]) || !c.IsNew(logs[1]) {
				t.Error("the counted log is new, or the other is not")
			}
			again := &popularity.Counter{}
			if err := again.Restore(strings.NewReader(snapshot), "x"); err != nil {
				t.Fatal(err)
			}
			l := transcribed(t, logs[:1])[0]
			l.Open = logs[0].Open
			change(&l)
			stats, err := again.Logs(t.Context(), l)
			if err != nil || stats[0].Counted != 0 {
				t.Errorf("%d counted once more, error %v", stats[0].Counted, err)
			}
		})
	}
}

func TestTranscriptThatIsNone(t *testing.T) {
	t.Parallel()
	logs := day(t)
	until := time.Now()
	want, _ := saved(t, &popularity.Counter{Until: until}, logs[:1])
	for name, open := range map[string]func(context.Context) (io.ReadCloser, error){
		"not there": func(context.Context) (io.ReadCloser, error) { return nil, os.ErrNotExist },
		"damaged":   opens([]byte("no transcript")),
		"empty":     opens(nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := logs[0]
			l.Transcript = open
			if got, _ := saved(t, &popularity.Counter{Until: until}, []popularity.Log{l}); got != want {
				t.Error("the log itself was not counted")
			}
		})
	}
}

// One that breaks off in the midst spoils the Counter, which says so and counts nothing more.
func TestTranscriptThatBreaksOff(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var large strings.Builder // what it comes to is compressed in more than one block
	for range 20_000 {
		fmt.Fprintf(&large, "%d.%d.0.1 - - [01/Jan/2026:10:05:03 +0000] \"GET /%d HTTP/1.1\" 200 5\n", r.IntN(256), r.IntN(256), r.IntN(1e9))
	}
	logs := transcribed(t, found(t, tree(t, map[string]string{"a.log": large.String(), "b.log": large.String()})))
	whole, err := logs[0].Transcript(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(whole)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the connection broke")
	logs[0].Transcript = func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader(text[:len(text)-10]), iotest.ErrReader(broken))), nil
	}
	stats, err := new(popularity.Counter).Logs(t.Context(), logs...)
	if !errors.Is(err, popularity.ErrTranscript) || !errors.Is(err, broken) || !popularity.Spoilt(err) || len(stats) != 1 {
		t.Errorf("%d logs, error %v", len(stats), err)
	}
}

func TestTranscribeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	logs := found(t, tree(t, map[string]string{"a.log": "no log at all\n"}))
	gone := popularity.Log{Name: "gone", Open: func(context.Context) (io.ReadCloser, error) { return nil, os.ErrNotExist }}
	for _, l := range append(logs, gone) {
		var failed *popularity.Error
		if err := new(popularity.Counter).Transcribe(t.Context(), l, io.Discard); !errors.As(err, &failed) || failed.Name != l.Name {
			t.Errorf("%s: got %v, want an *Error of it", l.Name, err)
		}
	}
}
