package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/edgewarm/edgewarm/internal/demosite"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

type worldKey struct{}

// TestScript runs the scripts below testdata/script. Each has a world of its own: $SITE, $ORIGIN and $API are its
// addresses, $NAMED is the origin's by its name, the files below www are the origin's, and the environment has credentials. What edgewarm must never do is
// looked for at the end of each. The commands beside those of testscript are:
//
//	exits CODE edgewarm ARG…   runs it, and fails if it ends otherwise or tells a secret
//	service KEY=VALUE…         a new service: quota, batch, latency, fail, bad, deny, fault, outcome,
//	                           zone, spent
//	accepted N                 the service accepted so many targets
//	accepted > FILE            writes what the service accepted, in its order
//	await ACTION N             waits for so many requests of the action
//	hold ACTION                the service does not answer the action
//	release                    it does again
//	shown                      the origin was sent the secret header
//	requests ACTION N          so many requests of the action arrived
//	summary                    the last output is a summary that adds up and agrees with the service
//	urls FIELD > FILE          writes a field of each JSON line of the last output
//	sorted FILE                sorts the lines of a file
//	published PATH > FILE      writes what the site has below a path
//	log FORMAT > FILE          writes an access log of the site
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		Setup:         setup,
		UpdateScripts: os.Getenv("EDGEWARM_UPDATE") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"service":   service,
			"accepted":  accepted,
			"await":     await,
			"hold":      hold,
			"release":   release,
			"shown":     shown,
			"requests":  requests,
			"summary":   summary,
			"urls":      urls,
			"sorted":    sorted,
			"published": published,
			"log":       accessLog,
		},
	})
}

func setup(env *testscript.Env) error {
	w, err := newWorld(env.WorkDir)
	if err != nil {
		return err
	}
	env.Values[worldKey{}] = w
	for name, value := range w.variables() {
		if name != "HEADER" {
			env.Setenv(name, value)
		}
	}
	env.Setenv("TOMORROW", time.Now().Add(24*time.Hour).UTC().Format(time.RFC3339))
	t := env.T()
	env.Defer(func() {
		defer w.close()
		wrong := unsound(w.service.Load())
		leaks, err := w.leaks()
		if wrong = append(wrong, leaks...); err != nil || len(wrong) > 0 {
			t.Fatal(err, strings.Join(wrong, "; "))
		}
	})
	return filepath.WalkDir(env.WorkDir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		return w.fill(path)
	})
}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

// never fails a command that was negated where that has no meaning.
func never(ts *testscript.TestScript, neg bool) {
	if neg {
		ts.Fatalf("this command cannot be negated")
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	if len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	w := worldOf(ts)
	before := len(w.acceptedURLs())
	err = ts.Exec(args[1], args[2:]...)
	var ended *exec.ExitError
	got := 0
	if errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	w.executed = execution{code: got, accepted: len(w.acceptedURLs()) - before}
	output := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if secrets := secretsIn(output); len(secrets) > 0 {
		ts.Fatalf("the output tells %q", secrets)
	}
	if strings.Contains(output, "panic") || strings.Contains(output, "goroutine ") {
		ts.Fatalf("it panicked")
	}
}

// service looks at the service before, then puts a new one in its place.
func service(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	w := worldOf(ts)
	if wrong := unsound(w.service.Load()); len(wrong) > 0 {
		ts.Fatalf("%s", strings.Join(wrong, "; "))
	}
	var o edgeonetest.Options
	spent := 0
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		var err error
		switch key {
		case "quota":
			o.Daily, err = strconv.Atoi(value)
		case "batch":
			o.Batch, err = strconv.Atoi(value)
		case "spent":
			spent, err = strconv.Atoi(value)
		case "latency":
			o.Latency, err = time.ParseDuration(value)
		case "fail":
			o.Fail = append(o.Fail, edgeonetest.Match{Glob: value, Reason: "it is not wanted"})
		case "bad":
			o.Bad = append(o.Bad, edgeonetest.Match{Glob: value})
		case "deny":
			o.Deny = append(o.Deny, value)
		case "fault":
			var f edgeonetest.Fault
			f, err = parseFault(value)
			o.Faults = append(o.Faults, f)
		case "outcome":
			var c edgeonetest.Outcome
			c, err = parseOutcome(value)
			o.Outcomes = append(o.Outcomes, c)
		case "zone":
			var z edgeonetest.Zone
			z, err = parseZone(value)
			o.Zones = append(o.Zones, z)
		default:
			ts.Fatalf("service: %s is not known", key)
		}
		ts.Check(err)
	}
	w.serve(o)
	w.service.Load().Spend(zoneID, spent)
}

func accepted(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	urls := worldOf(ts).acceptedURLs()
	if redirected(ts, args, urls) {
		return
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if len(urls) != want {
		ts.Fatalf("the service accepted %d targets, want %d:\n%s", len(urls), want, strings.Join(urls, "\n"))
	}
}

// redirected writes lines to a file, if the last arguments say so.
func redirected(ts *testscript.TestScript, args, lines []string) bool {
	if len(args) < 2 || args[len(args)-2] != ">" {
		return false
	}
	text := ""
	if len(lines) > 0 {
		text = strings.Join(lines, "\n") + "\n"
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[len(args)-1]), []byte(text), 0o644))
	return true
}

// patience bounds what a test waits for: far more than it takes on a machine that does much else.
const patience = 2 * time.Minute

func await(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if !worldOf(ts).await(ctx, args[0], n) {
		ts.Fatalf("no %d requests of %s arrived", n, args[0])
	}
}

func hold(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	worldOf(ts).hold(args[0])
}

func release(ts *testscript.TestScript, neg bool, _ []string) {
	never(ts, neg)
	worldOf(ts).hold("")
}

func shown(ts *testscript.TestScript, neg bool, _ []string) {
	if (worldOf(ts).shown.Load() == 0) != neg {
		ts.Fatalf("the origin got the header: %t", neg)
	}
}

func requests(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	if len(args) != 2 {
		ts.Fatalf("usage: requests ACTION N")
	}
	got := worldOf(ts).service.Load().Summary().Actions[args[0]]
	if want, err := strconv.Atoi(args[1]); err != nil || got != want {
		ts.Fatalf("%d requests of %s arrived, want %s", got, args[0], args[1])
	}
}

func summary(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	w := worldOf(ts)
	s, err := readSummary(ts.ReadFile("stdout"))
	ts.Check(err)
	wrong := s.wrong()
	if s.Exit != w.executed.code {
		wrong = append(wrong, fmt.Sprintf("exit is %d, it was %d", s.Exit, w.executed.code))
	}
	if s.Accepted != w.executed.accepted {
		wrong = append(wrong, fmt.Sprintf("accepted is %d, the service counted %d", s.Accepted, w.executed.accepted))
	}
	for zone, q := range w.service.Load().Summary().Quota {
		got, ok := s.Quota[zone]
		if ok && (got.Daily != q.Daily || got.Available != q.Available || got.Used != q.Used) {
			wrong = append(wrong, fmt.Sprintf("quota of %s is %+v, the service has %+v", zone, got, q))
		}
	}
	if len(wrong) > 0 {
		ts.Fatalf("%s", strings.Join(wrong, "; "))
	}
}

func urls(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	if len(args) != 3 {
		ts.Fatalf("usage: urls FIELD > FILE")
	}
	var values []string
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		var fields map[string]any
		ts.Check(json.Unmarshal([]byte(line), &fields))
		if value, ok := fields[args[0]].(string); ok {
			values = append(values, value)
		}
	}
	redirected(ts, args, values)
}

func sorted(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	for _, name := range args {
		lines := strings.Split(strings.TrimSuffix(ts.ReadFile(name), "\n"), "\n")
		slices.Sort(lines)
		redirected(ts, []string{">", name}, lines)
	}
}

func published(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	var found []string
	for _, path := range demosite.Paths() {
		if strings.HasPrefix(path, args[0]) {
			found = append(found, worldOf(ts).site.URL+path)
		}
	}
	redirected(ts, args, found)
}

func accessLog(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	var text bytes.Buffer
	ts.Check(demosite.LogUntil(&text, worldOf(ts).site.URL, demosite.Format(args[0]), 5000, time.Now()))
	ts.Check(os.WriteFile(ts.MkAbs(args[len(args)-1]), text.Bytes(), 0o644))
}
