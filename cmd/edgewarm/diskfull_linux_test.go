package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// The real binary on a real disk that gets full, at several points of the night: it stops, and says why, before anything
// is sent that the ledger does not know of; after space was freed the same command sends the rest.
func TestFault96FullDiskOfARun(t *testing.T) {
	t.Parallel()
	o := edgeonetest.Options{Daily: 150, Batch: 5}
	w := night(t, o)
	want := undisturbed(t, w, o)
	disk := filepath.Join(w.dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	const size = 4 << 20
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=4m"); errors.Is(err, syscall.EPERM) {
		t.Skip("needs the right to mount a disk")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	w.write(t, "full.yaml", nightly+"state: disk/edgewarm.db\n")
	stopped := 0
	for room := 64 << 10; room <= 1<<20; room += 192 << 10 {
		w.serve(o)
		filler := filepath.Join(disk, "filler")
		if err := os.WriteFile(filler, make([]byte, size-room), 0o600); err != nil {
			t.Fatal(err)
		}
		p := w.start(t, "run", "-c", "full.yaml", "--json")
		if code := p.end(t); code == 1 {
			stopped++
			if !strings.Contains(p.stderr.String(), "the disk is full; free some space and run it again") {
				t.Errorf("%d bytes free: stderr does not say that the disk is full: %s", room, p.stderr.String())
			}
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		knownToLedger(t, w, filepath.Join(disk, "edgewarm.db"))
		w.run(t, "run", "-c", "full.yaml", "--json")
		if diff := cmp.Diff(sortedCopy(want), sortedCopy(w.acceptedURLs())); diff != "" {
			t.Errorf("%d bytes free: accepted (-undisturbed +full):\n%s", room, diff)
		}
		emptyFolder(t, disk)
	}
	t.Logf("the disk was full at %d points", stopped)
	if stopped < 3 {
		t.Errorf("the disk was full at only %d points", stopped)
	}
}

// knownToLedger is that the ledger, if there is one, knows all that the service accepted.
func knownToLedger(t *testing.T, w *world, path string) {
	t.Helper()
	accepted := w.acceptedURLs()
	if len(accepted) == 0 {
		return
	}
	l, err := ledger.OpenReadOnly(t.Context(), path, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	warm, err := l.Warm(t.Context(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if lost := slices.DeleteFunc(accepted, warm.Has); len(lost) > 0 {
		t.Errorf("the ledger does not know that %q were sent", lost)
	}
}

func emptyFolder(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		err = errors.Join(err, os.RemoveAll(f))
	}
	if err != nil {
		t.Fatal(err)
	}
}
