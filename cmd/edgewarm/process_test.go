package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// process is one edgewarm that runs in a world.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr output
}

// output may be read while it is written.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	wrote chan struct{} // gets a value when more was written
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.wrote <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

// await returns when the text was written, or false after too long a time.
func (o *output) await(text string) bool {
	late := time.After(patience)
	for !strings.Contains(o.String(), text) {
		select {
		case <-o.wrote:
		case <-late:
			return false
		}
	}
	return true
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// write puts a file into the world's folder, with the addresses filled in.
func (w *world) write(t testing.TB, name, text string) {
	t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := w.fill(path); err != nil {
		t.Fatal(err)
	}
}

// start begins an edgewarm in the world's folder and environment.
func (w *world) start(t testing.TB, args ...string) *process {
	t.Helper()
	return w.begin(t, nil, w.environment(), args...)
}

func (w *world) environment() []string {
	env := []string{}
	for name, value := range w.variables() {
		env = append(env, name+"="+value)
	}
	return env
}

// begin is start with a stdin, nil for none, and in another environment.
func (w *world) begin(t testing.TB, stdin io.Reader, env []string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.CommandContext(t.Context(), "edgewarm", args...)}
	p.stdout.wrote, p.stderr.wrote = make(chan struct{}, 1), make(chan struct{}, 1)
	p.cmd.Dir, p.cmd.Stdin = w.dir, stdin
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir, "TMPDIR=" + w.dir}, env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// end waits for its end and returns the exit code, -1 when a signal ended it.
func (p *process) end(t testing.TB) int {
	t.Helper()
	err := p.cmd.Wait()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	output := p.stdout.String() + p.stderr.String()
	if secrets := secretsIn(output); len(secrets) > 0 {
		t.Errorf("the output tells %q", secrets)
	}
	if strings.Contains(output, "goroutine ") {
		t.Errorf("it panicked: %s", output)
	}
	return p.cmd.ProcessState.ExitCode()
}

// run is start and end of an edgewarm that prints a summary, which must add up.
func (w *world) run(t testing.TB, args ...string) result {
	t.Helper()
	p := w.start(t, args...)
	code := p.end(t)
	return p.summary(t, code)
}

func (p *process) summary(t testing.TB, code int) result {
	t.Helper()
	s, err := readSummary(p.stdout.String())
	if err != nil {
		t.Fatalf("%v in %q; stderr: %s", err, p.stdout.String(), p.stderr.String())
	}
	for _, wrong := range s.wrong() {
		t.Error(wrong)
	}
	if s.Exit != code {
		t.Errorf("the summary says exit %d, it was %d", s.Exit, code)
	}
	return s
}
