package ledger_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// nightDir makes the test binary a process that runs one night in the folder, to be killed.
const nightDir = "EDGEWARM_TEST_NIGHT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(nightDir); dir != "" {
		if err := nightIn(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	// Many wait for the end of a lease or for their pace: more of them at once than there are processors cost nothing.
	_ = flag.Set("test.parallel", "8")
	os.Exit(m.Run())
}

func nightIn(ctx context.Context, dir string) error {
	l, err := ledger.Open(ctx, filepath.Join(dir, "edgewarm.db"), ledger.Options{Command: "run"})
	if err != nil {
		return err
	}
	api := &service{path: filepath.Join(dir, "accepted"), delay: func() { time.Sleep(time.Millisecond) }}
	if _, err := night(ctx, l, api); err != nil {
		return err
	}
	return l.Close()
}

// kills is how often a process is killed.
const kills = 20

func TestFault95Kill9(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	api := &service{path: filepath.Join(dir, "accepted")}
	killed := 0
	for range 50 * kills {
		if killed == kills {
			break
		}
		if len(api.accepted()) == len(wanted()) { // a night came to its end: another begins
			checkNight(t, dir, api)
			dir = t.TempDir()
			api = &service{path: filepath.Join(dir, "accepted")}
		}
		if killNight(t, executable, dir) {
			killed++
		}
	}
	if err := nightIn(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	checkNight(t, dir, api)
	t.Logf("killed %d processes", killed)
	if killed < kills {
		t.Errorf("killed only %d processes", killed)
	}
}

// killNight runs a night and kills it at a random moment; false when the night was sooner.
func killNight(t *testing.T, executable, dir string) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), executable)
	cmd.Env = append(os.Environ(), nightDir+"="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(20*time.Millisecond+rand.N(180*time.Millisecond), func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	err := cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); err != nil && code != -1 {
		t.Fatalf("the night ended with %v", err)
	}
	return err != nil
}

// checkNight is that all was accepted once, and the ledger knows.
func checkNight(t *testing.T, dir string, api *service) {
	t.Helper()
	if got, want := api.urls(), wantedURLs(); !slices.Equal(got, want) {
		t.Errorf("%d URLs were accepted, want each of %d once", len(got), len(want))
	}
	b := &bench{T: t, dsn: filepath.Join(dir, "edgewarm.db"), now: time.Now()}
	l, err := ledger.Open(t.Context(), b.dsn, ledger.Options{})
	b.must(err)
	b.Ledger = l
	summary, err := night(t.Context(), l, api)
	b.must(err)
	if got := summary.Total(); got != 0 {
		t.Errorf("one more night sent %d targets", got)
	}
	counts, err := l.Counts(t.Context(), 0)
	b.must(err)
	if got, want := counts[submitter.Accepted], len(wanted()); got != want || len(counts) != 1 {
		t.Errorf("got %v, want %d accepted", counts, want)
	}
	used, err := l.UsedToday(t.Context(), "zone-a")
	b.must(err)
	if got, want := used, len(wanted()); got > want {
		t.Errorf("got %d units used, want %d", got, want)
	}
	b.must(l.Close())
}
