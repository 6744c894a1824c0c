package ledger_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

// writeStep is from one write that fails to the next: a night has some 500, of which each is tried when EDGEWARM_EACH_WRITE
// is set.
var writeStep = func() int {
	if os.Getenv("EDGEWARM_EACH_WRITE") != "" {
		return 1
	}
	return 23
}()

// The disk fails at the Nth write or sync of a night, for each N until the night is through without meeting the fault:
// once, or from then on. The night stops before anything is sent that the ledger does not know of, and the next one, on a
// disk that is whole again, sends the rest and nothing twice.
func TestFault96EachWriteFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, op string
		code     int32
		forever  bool
		tells    string
	}{
		{"a write fails", "write", sqlite3.SQLITE_IOERR_WRITE, false, "the disk could not be read or written"},
		{"a sync fails", "sync", sqlite3.SQLITE_IOERR_FSYNC, false, "the disk could not be read or written"},
		{"all syncs fail", "sync", sqlite3.SQLITE_IOERR_FSYNC, true, "the disk could not be read or written"},
		{"the disk is full", "write", sqlite3.SQLITE_FULL, true, "the disk is full"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			stopped, step := 0, 1
			if c.op == "write" {
				step = writeStep
			}
			for n := 1; ; n += step {
				disk := &breaking{op: c.op, code: c.code, forever: c.forever, at: n}
				err := failingNight(t, disk, n)
				if !disk.failed() {
					break
				}
				if err == nil {
					continue // it was borne: what failed was not needed
				}
				stopped++
				if !strings.Contains(err.Error(), c.tells) {
					t.Errorf("%s %d: got %v, want that %s", c.op, n, err, c.tells)
				}
			}
			t.Logf("%s: a night was stopped at %d points", c.name, stopped)
			if stopped < 5 {
				t.Errorf("a night was stopped at only %d points", stopped)
			}
		})
	}
}

// failingNight is a night on the disk, whose error it returns, and what must come of it.
func failingNight(t *testing.T, disk *breaking, n int) error {
	t.Helper()
	dir := t.TempDir()
	api := &service{path: filepath.Join(dir, "accepted")}
	disk.register(t)
	err := nightOn(t.Context(), filepath.Join(dir, "edgewarm.db"), disk.name, api)
	switch {
	case err != nil && len(api.accepted()) == 0:
		// It stopped before the first was sent: the ledger may not even be there.
		if err := nightIn(t.Context(), dir); err != nil {
			t.Fatalf("%s %d, the next night: %v", disk.op, n, err)
		}
		checkNight(t, dir, api)
	case err != nil:
		checkStopped(t, int64(n), dir, api)
	default:
		if got, want := api.urls(), wantedURLs(); !slices.Equal(got, want) {
			t.Errorf("%s %d: %d URLs were accepted, want each of %d once", disk.op, n, len(got), len(want))
		}
	}
	return err
}

// nightOn is a night whose ledger is in the file system of that name.
func nightOn(ctx context.Context, path, vfs string, api *service) error {
	l, err := ledger.Open(ctx, path, ledger.Options{Command: "run"}.WithFileSystem(vfs))
	if err != nil {
		return err
	}
	_, err = night(ctx, l, api)
	return errors.Join(err, l.Close())
}
