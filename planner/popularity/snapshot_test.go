package popularity_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// nights are the logs of a folder as they are on one night after the other.
type nights struct {
	t      *testing.T
	folder string
	r      *rand.Rand
	at     time.Time
}

// lines are some requests of the next hour.
func (n *nights) lines(count int) string {
	var b strings.Builder
	for i := range count {
		n.at = n.at.Add(time.Hour / time.Duration(count))
		fmt.Fprintf(&b, `{"RequestTime":"%s","RequestHost":"h.example.com","RequestMethod":"GET","RequestUrl":"/%d.ts","RequestID":"%d-%d",`+
			`"EdgeResponseStatusCode":200,"EdgeResponseBytes":%d,"EdgeCacheStatus":"%s"}`+"\n",
			n.at.Format(time.RFC3339), n.r.IntN(300), n.at.Unix(), i, n.r.IntN(1e6), []string{"hit", "miss"}[n.r.IntN(2)])
	}
	return b.String()
}

func (n *nights) path(name string) string { return filepath.Join(n.folder, name) }

func (n *nights) add(name, text string) {
	f, err := os.OpenFile(n.path(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		n.t.Fatal(err)
	}
	defer f.Close()
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		defer z.Close()
		_, _ = io.WriteString(z, text)
		return
	}
	_, _ = f.WriteString(text)
}

func (n *nights) rename(from, to string) {
	if err := os.Rename(n.path(from), n.path(to)); err != nil {
		n.t.Fatal(err)
	}
}

// pack compresses a file, as logrotate does, under another name.
func (n *nights) pack(from, to string) {
	text, err := os.ReadFile(n.path(from))
	if err != nil {
		n.t.Fatal(err)
	}
	n.add(to, string(text))
	if err := os.Remove(n.path(from)); err != nil {
		n.t.Fatal(err)
	}
}

// TestNights counts each night what is new, and compares with a Counter that reads everything at once in the end. Logs grow,
// are appended to as gzip streams, are rotated, and are compressed.
func TestNights(t *testing.T) {
	t.Parallel()
	n := &nights{t, t.TempDir(), rand.New(rand.NewPCG(1, 2)), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	var snapshot bytes.Buffer
	lines := 0
	night := func(want int) {
		t.Helper()
		c := &popularity.Counter{HalfLife: 6 * time.Hour}
		if snapshot.Len() > 0 {
			if err := c.Restore(bytes.NewReader(snapshot.Bytes()), "x"); err != nil {
				t.Fatal(err)
			}
		}
		stats, err := c.Files(t.Context(), n.folder)
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, s := range stats {
			got += s.Counted
		}
		if lines += want; got != want {
			t.Errorf("%d lines were counted, want the %d new ones", got, want)
		}
		snapshot.Reset()
		if err := c.Save(&snapshot, "x"); err != nil {
			t.Fatal(err)
		}
		sameAsAtOnce(t, c, n.folder)
	}
	n.add("access.log", n.lines(1000))
	n.add("b.gz", n.lines(50))
	night(1050)
	night(0)
	n.add("access.log", n.lines(10))
	n.add("b.gz", n.lines(5))
	night(15)
	n.add("access.log", n.lines(3))
	n.rename("access.log", "access.log.1")
	n.add("access.log", n.lines(2))
	night(5)
	n.pack("access.log.1", "access.log.2.gz")
	n.rename("access.log", "access.log.1")
	n.add("access.log.1", n.lines(4))
	n.add("access.log", n.lines(1))
	night(5)
	half := n.lines(2)
	n.add("access.log", half[:len(half)/4])
	night(0)
	n.add("access.log", half[len(half)/4:])
	night(2)
	n.at = n.at.Add(1000 * time.Hour) // counts are taken from a later time after it
	n.add("late.log", n.lines(7))
	night(7)
	n.add("late.log", n.lines(7))
	night(7)
}

// sameAsAtOnce compares a Counter with one that reads all of the folder. Sums are taken in another order: the last digits
// may differ.
func sameAsAtOnce(t *testing.T, c *popularity.Counter, folder string) {
	t.Helper()
	once := &popularity.Counter{HalfLife: c.HalfLife}
	if _, err := once.Files(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(a, b) }
	if once.Len() != c.Len() {
		t.Errorf("got %d URLs, want %d", c.Len(), once.Len())
	}
	for url, want := range once.All() {
		if got := c.Demand(url); !near(got.Requests, want.Requests) || !near(got.Misses, want.Misses) || !near(got.Bytes, want.Bytes) {
			t.Errorf("%s: got %+v, want %+v", url, got, want)
		}
	}
}

func TestChangedLog(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "log.csv")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("/a,1\n/b,2\n")
	var snapshot bytes.Buffer
	c := &popularity.Counter{}
	if _, err := c.Files(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if err := c.Save(&snapshot, ""); err != nil {
		t.Fatal(err)
	}
	write("/a,1\n")
	c = &popularity.Counter{}
	if err := c.Restore(&snapshot, ""); err != nil {
		t.Fatal(err)
	}
	// It is a new log by its beginning: nothing of the old one is in it any more.
	if stats, err := c.Files(t.Context(), name); err != nil || stats[0].Counted != 1 {
		t.Errorf("got %+v, %v", stats, err)
	}
}

// TestRewrittenLog has a log whose end is other than what was counted.
func TestRewrittenLog(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "log.csv")
	text := strings.Repeat("/a,1\n", 10_000)
	if err := os.WriteFile(name, []byte(text+"/b,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var snapshot bytes.Buffer
	c := &popularity.Counter{}
	if _, err := c.Files(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if err := c.Save(&snapshot, ""); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text+"/c,2\n/d,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c = &popularity.Counter{}
	if err := c.Restore(&snapshot, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Files(t.Context(), name); !errors.Is(err, popularity.ErrChanged) {
		t.Errorf("got %v, want ErrChanged", err)
	}
}

// TestFailedLog wants what kept a log from being read said every night, not only in the first.
func TestFailedLog(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "log.txt")
	if err := os.WriteFile(name, []byte("this is no log\nnor this\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var snapshot bytes.Buffer
	for range 3 {
		c := &popularity.Counter{}
		if snapshot.Len() > 0 {
			if err := c.Restore(&snapshot, ""); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Files(t.Context(), name); err == nil || !strings.Contains(err.Error(), "this is no log") {
			t.Errorf("got %v", err)
		}
		snapshot.Reset()
		if err := c.Save(&snapshot, ""); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSnapshotRefused(t *testing.T) {
	t.Parallel()
	c := &popularity.Counter{}
	read(t, c, "https://h.example.com/a,3\n/b,1\n")
	var good bytes.Buffer
	if err := c.Save(&good, "logs"); err != nil {
		t.Fatal(err)
	}
	newer := repacked(t, good.Bytes(), func(b []byte) { b[16]++ })
	broken := bytes.Clone(good.Bytes())
	broken[len(broken)-6]++ // the checksum
	for _, c := range []struct {
		name     string
		counter  popularity.Counter
		settings string
		snapshot []byte
		want     error
	}{
		{"other settings", popularity.Counter{}, "other logs", good.Bytes(), popularity.ErrSettings},
		{"other half-life", popularity.Counter{HalfLife: time.Hour}, "logs", good.Bytes(), popularity.ErrSettings},
		{"other memory", popularity.Counter{Memory: 8 << 20}, "logs", good.Bytes(), popularity.ErrSettings},
		{"other key", popularity.Counter{Policy: popularity.Policy{Drop: true}}, "logs", good.Bytes(), popularity.ErrSettings},
		{"newer", popularity.Counter{}, "logs", newer, popularity.ErrVersion},
		{"checksum", popularity.Counter{}, "logs", broken, popularity.ErrDamaged},
		{"empty", popularity.Counter{}, "logs", nil, popularity.ErrDamaged},
		{"text", popularity.Counter{}, "logs", []byte("not a snapshot at all, but long enough for one"), popularity.ErrDamaged},
		{"other gzip", popularity.Counter{}, "logs", repacked(t, good.Bytes(), func(b []byte) { b[0]++ }), popularity.ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := c.counter.Restore(bytes.NewReader(c.snapshot), c.settings); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			read(t, &c.counter, "https://h.example.com/a,2\n") // as if nothing had been
			if got := c.counter.Demand("https://h.example.com/a").Requests; got != 2 {
				t.Errorf("got %v requests, want 2", got)
			}
		})
	}
	for n := range good.Len() {
		if err := new(popularity.Counter).Restore(bytes.NewReader(good.Bytes()[:n]), "logs"); !errors.Is(err, popularity.ErrDamaged) {
			t.Fatalf("cut off after %d bytes: got %v, want ErrDamaged", n, err)
		}
	}
}

// repacked is a snapshot with something changed inside.
func repacked(t *testing.T, snapshot []byte, change func([]byte)) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(snapshot))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	change(text)
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(text)
	_ = w.Close()
	return b.Bytes()
}

// TestSnapshotOfSketch keeps what is counted beyond the memory, with its bound.
func TestSnapshotOfSketch(t *testing.T) {
	t.Parallel()
	c := &popularity.Counter{Memory: leastMemory}
	if _, err := c.Read(t.Context(), "urls", distinct(100_000)); err != nil {
		t.Fatal(err)
	}
	var snapshot bytes.Buffer
	if err := c.Save(&snapshot, ""); err != nil {
		t.Fatal(err)
	}
	restored := &popularity.Counter{Memory: leastMemory}
	if err := restored.Restore(&snapshot, ""); err != nil {
		t.Fatal(err)
	}
	if restored.ErrorBound() != c.ErrorBound() || c.ErrorBound() == 0 || restored.Len() != c.Len() {
		t.Errorf("got a bound of %v and %d URLs, want %v and %d", restored.ErrorBound(), restored.Len(), c.ErrorBound(), c.Len())
	}
	for url, want := range c.All() {
		if got := restored.Demand(url); got != want {
			t.Errorf("%s: got %v, want %v", url, got, want)
		}
	}
}

// FuzzRestore wants no snapshot, whoever wrote it, to do more than to be refused.
func FuzzRestore(f *testing.F) {
	c := &popularity.Counter{}
	read(f, c, "https://h.example.com/a,3\n/b,1\n")
	var good bytes.Buffer
	if err := c.Save(&good, ""); err != nil {
		f.Fatal(err)
	}
	z, _ := gzip.NewReader(&good)
	text, _ := io.ReadAll(z)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(text)
		_ = w.Close()
		c := &popularity.Counter{Memory: leastMemory}
		if c.Restore(&b, "") == nil {
			for range c.All() {
			}
		}
		read(t, c, "https://h.example.com/a,2\n")
	})
}
