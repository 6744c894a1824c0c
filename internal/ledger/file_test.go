package ledger_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// The ledger of the first version is brought up to date with all that is in it, and what was lost is still asked for.
func TestFault97FirstVersion(t *testing.T) {
	t.Parallel()
	b := &bench{T: t, dsn: filepath.Join(t.TempDir(), "edgewarm.db"), now: noon}
	text, err := os.ReadFile(filepath.Join("testdata", "version1.sql"))
	b.must(err)
	db, err := sql.Open("sqlite", b.dsn)
	b.must(err)
	_, err = db.ExecContext(t.Context(), string(text))
	b.must(errors.Join(err, db.Close()))

	_, err = ledger.OpenReadOnly(t.Context(), b.dsn, ledger.Options{})
	if old, ok := errors.AsType[*ledger.VersionError](err); !ok || old.Found != 1 || !strings.Contains(err.Error(), "any run brings it to version") {
		t.Errorf("got %v, want that it is of an older edgewarm", err)
	}
	b.open()
	b.state("accepted", submitter.Accepted)
	b.state("planned", submitter.Planned)
	b.wantUsed(4)
	if got := b.unsettled(); len(got) != 1 || got[0].ID != "lost" || got[0].Units() != 3 {
		t.Fatalf("got %+v unsettled", got)
	}
	b.must(b.Settle(t.Context(), b.unsettled()[0], outcome("job-2", submitter.Accepted)))
	b.begin()
	b.state("planned", submitter.Deferred)
	runs, err := b.Runs(t.Context(), 5)
	b.must(err)
	if len(runs) != 2 || !runs[1].Interrupted || runs[1].Host != "old" {
		t.Errorf("got the runs %+v", runs)
	}
}

// A process that is killed as soon as it has made the file leaves an empty one, which is no ledger yet, and becomes one.
func TestFault97EmptyFile(t *testing.T) {
	t.Parallel()
	b := &bench{T: t, dsn: newFile(t), now: noon}
	b.must(os.WriteFile(b.dsn, nil, 0o600))
	if _, err := ledger.OpenReadOnly(t.Context(), b.dsn, ledger.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that there is no ledger", err)
	}
	b.open()
	b.send(b.batch("1"), submitter.Accepted)
}

// A file that was cut or written over is told to be damaged, and not taken for an empty one.
func TestFault97DamagedFile(t *testing.T) {
	t.Parallel()
	whole := &bench{T: t, dsn: newFile(t), now: noon}
	whole.open()
	whole.must(whole.PlanTargets(t.Context(), whole.begin(), wanted()))
	whole.must(whole.Ledger.Close())
	content, err := os.ReadFile(whole.dsn)
	whole.must(err)
	for name, damage := range map[string]func() []byte{
		"cut":          func() []byte { return content[:len(content)/2/4096*4096] },
		"its head":     func() []byte { return append([]byte("SQLite is not here"), content[18:]...) },
		"overwritten":  func() []byte { return append(content[:4096:4096], make([]byte, len(content)-4096)...) },
		"another file": func() []byte { return []byte(strings.Repeat("2026-03-01 12:00:00 GET / 200\n", 500)) },
	} {
		path := newFile(t)
		whole.must(os.WriteFile(path, damage(), 0o600))
		l, err := ledger.Open(t.Context(), path, ledger.Options{})
		if err == nil {
			_, err = l.Counts(t.Context(), 0)
			_ = l.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "not a ledger, or it was damaged") {
			t.Errorf("%s: got %v, want that it is damaged", name, err)
		}
	}
}

// What a power cut left half written at the end of the write-ahead log is cut off, and what was committed before stays.
func TestFault97TornTail(t *testing.T) {
	t.Parallel()
	b := &bench{T: t, dsn: newFile(t), now: noon}
	b.open()
	b.send(b.batch("kept"), submitter.Accepted)
	copied := newFile(t)
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(b.dsn + suffix)
		b.must(err)
		if suffix != "" {
			content = append(content, []byte(strings.Repeat("half of a frame", 300))...)
		}
		b.must(os.WriteFile(copied+suffix, content, 0o600))
	}
	again := (&bench{T: t, dsn: copied, now: noon}).open()
	again.state("kept", submitter.Accepted)
	again.wantUsed(1)
}

// A copy that is taken while a run goes on holds all that was committed before, and is a ledger itself.
func TestFault97CopiedWhileRunning(t *testing.T) {
	t.Parallel()
	b := (&bench{T: t, dsn: newFile(t), now: noon}).open()
	b.begin()
	b.send(b.batch("before"), submitter.Accepted)
	reader, err := ledger.OpenReadOnly(t.Context(), b.dsn, ledger.Options{})
	b.must(err)
	defer reader.Close()
	copied := newFile(t)
	b.must(reader.Backup(t.Context(), copied))
	b.send(b.batch("after"), submitter.Accepted)
	if err := reader.Backup(t.Context(), copied); !errors.Is(err, os.ErrExist) {
		t.Errorf("got %v, want that there is such a file", err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want the copy to be the owner's alone", info, err)
	}
	again := (&bench{T: t, dsn: copied, now: noon.Add(time.Minute)}).open()
	again.state("before", submitter.Accepted)
	if _, ok, err := again.Target(t.Context(), "after"); ok || err != nil {
		t.Errorf("the copy knows what came later, %v", err)
	}
	again.send(again.batch("of its own"), submitter.Accepted)
}
