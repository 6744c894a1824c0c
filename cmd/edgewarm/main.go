// Command edgewarm warms the edge caches of Tencent EdgeOne: it finds what a site publishes, orders it by what people
// request, fits it into the day's prefetch quota and submits it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/edgewarm/edgewarm/internal/warm"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	signal.Ignore(syscall.SIGPIPE) // what was begun is finished though nobody reads the output any more
	log.SetOutput(io.Discard)      // net/http's own words on servers that misbehave; ours name the document
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// gcPercent is how much garbage may gather beside what is in use. Most of what a crawl holds are hashes, which the
// collector does not look into: collecting early costs little time and saves half of the memory.
const gcPercent = 40

// run is main with everything that it touches as an argument. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	screen := newTerminal(stderr)
	ctx, cancel := interruptible(ctx, screen)
	defer cancel()
	a := &app{stdin: newInput(ctx, stdin), stdout: &dataWriter{w: stdout}, stderr: screen, asks: isTerminal(stdin) && screen.terminal}
	root := a.root()
	root.SetArgs(args)
	err := usageOf(root, root.ExecuteContext(ctx))
	if failed := a.profiles.stop(); err == nil {
		err = failed
	}
	a.stderr.endLine()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err, a.code = context.Cause(ctx), warm.ExitInterrupted
	}
	if lost := a.stdout.err; lost != nil && (err == nil || errors.Is(err, lost)) {
		err, a.code = lost, warm.ExitFailed
	}
	if err != nil && !(a.stdout.gone() && errors.Is(err, a.stdout.err)) {
		a.fail(err)
	}
	return a.exit(err)
}

// interruptible ends the context on the first SIGINT or SIGTERM, so that the call under way is finished and written down,
// and the process on the second.
func interruptible(parent context.Context, stderr *terminal) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-signals:
			}
			if ctx.Err() != nil {
				os.Exit(warm.ExitInterrupted)
			}
			fmt.Fprintln(stderr, stderr.belowKeys()+"edgewarm: stopping: what is under way is finished and written down; once more to stop at once")
			cancel(warm.ErrInterrupted)
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
}
