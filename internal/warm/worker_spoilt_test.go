package warm_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/postgres"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
)

// noise is a log of so many requests; the transcript of many is compressed in more than one block.
func noise(path string, requests int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for i := range requests {
		fmt.Fprintf(&b, `{"RequestTime":"2026-01-02T00:00:00Z","RequestHost":"h.example.com","RequestMethod":"GET","RequestUrl":"%s","RequestID":"%d-%d",`+
			`"EdgeResponseStatusCode":200,"ClientIP":"%d.%d.%d.1"}`+"\n", path, i, r.Uint64(), r.IntN(256), r.IntN(256), r.IntN(256))
	}
	return b.String()
}

// A transcript that breaks off costs time and nothing else: what was counted of logs that are gone by now stands.
func TestTranscriptThatBreaksOffLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, "1.log"), filepath.Join(dir, "2.log")
	a := newAsked(t, func(p *config.Popularity) {
		p.Logs, p.HalfLife, p.Remember = []string{dir}, 0, filepath.Join(t.TempDir(), "demand")
	})
	a.config.State = postgrestest.Schema(t)
	write(t, old, noise("/a", 3))
	if got, err := a.requests(t, true, "/a"); got != "3" || err != nil {
		t.Fatalf("got %s, %v", got, err)
	}
	if err := os.Remove(old); err != nil {
		t.Fatal(err)
	}
	const many = 10_000
	write(t, fresh, noise("/b", many))
	a.config.Crawl.Workers = true
	(&world{config: a.config}).workers(t, 1)
	pool, err := postgres.OpenPool(t.Context(), a.config.State, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for _, text := range []string{
		`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body = substr(NEW.body, 1, length(NEW.body) - 10); RETURN NEW; END $$`,
		`CREATE TRIGGER cut BEFORE INSERT ON fleet_transcripts FOR EACH ROW EXECUTE FUNCTION cut()`,
	} {
		if _, err := pool.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	got, err := a.requests(t, true, "/a", "/b")
	if want := fmt.Sprintf("3 %d", many); got != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if said := fmt.Sprint(a.notes); !strings.Contains(said, "the transcript is damaged: the logs are read alone") || strings.Contains(said, "\n") {
		t.Errorf("the run says %q", a.notes)
	}
}
