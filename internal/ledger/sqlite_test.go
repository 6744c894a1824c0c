package ledger_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

func TestFilesAreTheOwnersAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "edgewarm.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	b := (&bench{T: t, dsn: path, now: noon}).open()
	b.send(b.batch("1"), submitter.Accepted)
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("edgewarm.db%s: got mode %o, want 600", suffix, got)
		}
	}
}

func TestOddNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"with space.db", "what?.db", "50%41.db", "a#b.db", "ü&x=1.db"} {
		path := filepath.Join(t.TempDir(), name)
		b := (&bench{T: t, dsn: path, now: noon}).open()
		b.begin()
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: the ledger is not in the file of that name: %v", name, err)
		}
	}
}

func TestJournalSurvivesPowerLoss(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "edgewarm.db")
	b := (&bench{T: t, dsn: path, now: noon}).open()
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000",
	} {
		var got string
		b.must(b.DB().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s: got %s, want %s", pragma, got, want)
		}
	}
}

func TestFault97TwoProcesses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "edgewarm.db")
	b := (&bench{T: t, dsn: path, now: noon}).open()
	_, err := ledger.Open(t.Context(), path, ledger.Options{Command: "submit"})
	held, ok := errors.AsType[*ledger.HeldError](err)
	if !ok {
		t.Fatalf("got %v, want a *HeldError", err)
	}
	host, _ := os.Hostname()
	if h := held.Holder; h.PID != os.Getpid() || h.Command != "test" || h.Host != host || !h.Started.Equal(noon) {
		t.Errorf("got the holder %+v", h)
	}
	if got := held.Error(); !strings.Contains(got, `since 2026-03-01T04:00:00Z, running "test") holds edgewarm.db`) {
		t.Errorf("got %q", got)
	}
	b.must(b.Ledger.Close())
	b.open()
}

// What a killed process leaves in the lock's file holds nobody up.
func TestFault97StaleLock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "edgewarm.db")
	if err := os.WriteFile(path+".lock", []byte(`{"pid":1,"host":"gone","command":"run"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	(&bench{T: t, dsn: path, now: noon}).open()
}

func TestFault97NewerVersion(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "edgewarm.db")
	b := (&bench{T: t, dsn: path, now: noon}).open()
	b.must(b.Ledger.Close())
	db, err := sql.Open("sqlite", path)
	b.must(err)
	_, err = db.ExecContext(t.Context(), `UPDATE ledger_version SET version = version + 1`)
	b.must(errors.Join(err, db.Close()))
	for name, open := range map[string]func() (*ledger.Ledger, error){
		"to write": func() (*ledger.Ledger, error) { return ledger.Open(t.Context(), path, ledger.Options{}) },
		"to read":  func() (*ledger.Ledger, error) { return ledger.OpenReadOnly(t.Context(), path, ledger.Options{}) },
	} {
		_, err := open()
		version, ok := errors.AsType[*ledger.VersionError](err)
		if !ok || version.Found != ledger.Version+1 || !strings.Contains(err.Error(), "of a newer edgewarm") {
			t.Errorf("%s: got %v, want a *VersionError", name, err)
		}
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "edgewarm.db")
	if _, err := ledger.OpenReadOnly(t.Context(), path, ledger.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want that there is none", err)
	}
	b := (&bench{T: t, dsn: path, now: noon}).open()
	b.send(b.batch("1"), submitter.Accepted)
	reader := &bench{T: t, now: noon}
	for _, state := range []string{"held", "let go"} {
		var err error
		reader.Ledger, err = ledger.OpenReadOnly(t.Context(), path, ledger.Options{Now: func() time.Time { return noon }})
		if err != nil {
			t.Fatalf("%s: %v", state, err)
		}
		reader.state("1", submitter.Accepted)
		reader.wantUsed(1)
		if _, err := reader.BeginRun(t.Context(), "run"); !errors.Is(err, ledger.ErrReadOnly) {
			t.Errorf("got %v, want ErrReadOnly", err)
		}
		b.must(reader.Ledger.Close())
		b.must(b.Ledger.Close())
	}
}

func TestNotALedger(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for dsn, want := range map[string]string{
		text:                             "not a ledger",
		dir:                              "directory",
		filepath.Join(dir, "no", "x.db"): "no such file",
		"mysql://u:secret@host/dbname":   "a database of PostgreSQL",
		"":                               "no name",
	} {
		_, err := ledger.Open(t.Context(), dsn, ledger.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", dsn, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("got a secret in %q", err)
		}
	}
}
