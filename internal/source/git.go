package source

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	// gitTimeout bounds all calls of git for one source: the largest repositories compare within seconds.
	gitTimeout = 5 * time.Minute
	// gitWait is how long git may take to end once it was told to.
	gitWait = 5 * time.Second
	// maxPath bounds a path of a repository; file systems know none that is longer than 4 KiB.
	maxPath = 16 << 10
	// maxComplaint bounds what git says of its failure.
	maxComplaint = 1 << 10
)

// Git is the files that changed between two revisions of a repository that a static site is made of. It runs the git
// binary, which reads no more than the repository: no hooks, no external commands, no network.
type Git struct {
	// Repository is the folder of the repository or of its working tree.
	Repository string
	// From and To are revisions: branches, tags, commits, HEAD~1. To is HEAD where it is empty.
	From, To string
	// Path is the folder of the repository that is published; empty is all of it. Files outside are nothing.
	Path string
	// Base is the URL of what is in Path. Where it is empty, Rewrite maps git: and the path below Path to a URL.
	Base    string
	Rewrite []Rewrite
	// Keep chooses among the URLs; nil keeps all.
	Keep func(url string) bool
}

var (
	errRevision  = errors.New("is not a revision of it")
	errGitOutput = errors.New("git answered with something that is no list of changes")
)

// Read hands over the URLs of the files that are new or different in To, in the order of their paths. A file that was
// renamed is new; one that was deleted is left out.
func (g Git) Read(ctx context.Context, emit func(Entry) bool) (Result, error) {
	c := collector{emit: emit, keep: g.Keep}
	err := g.read(ctx, &c)
	if err != nil && ctx.Err() != nil {
		return c.end(), context.Cause(ctx)
	}
	if err != nil {
		err = &Error{Op: "git", Name: g.Repository, Err: err, Hint: gitHint(err)}
	}
	return c.end(), err
}

func (g Git) read(ctx context.Context, c *collector) error {
	m := &mapping{rules: g.Rewrite}
	if g.Base != "" {
		m.rules = []Rewrite{{From: gitScheme, To: strings.TrimSuffix(g.Base, "/") + "/"}}
	}
	if !m.maps(gitScheme) {
		return ErrUnmapped
	}
	ctx, cancel := context.WithTimeoutCause(ctx, gitTimeout, fmt.Errorf("git took longer than %v", gitTimeout))
	defer cancel()
	from, err := g.tree(ctx, g.From)
	if err != nil {
		return err
	}
	to, err := g.tree(ctx, g.To)
	if err != nil {
		return err
	}
	return g.changes(ctx, from, to, func(path string) (bool, error) {
		return c.name(m, gitScheme+strings.TrimPrefix(path, g.folder()))
	})
}

// gitScheme is what the names begin with that Rewrite maps.
const gitScheme = "git:"

// folder is Path with the slash at its end, empty for all of the repository.
func (g Git) folder() string {
	path := strings.Trim(strings.TrimPrefix(g.Path, "./"), "/")
	if path == "" || path == "." {
		return ""
	}
	return path + "/"
}

// tree is the object that a revision names, in hexadecimal, so that no revision is ever taken for an option.
func (g Git) tree(ctx context.Context, revision string) (string, error) {
	if revision == "" {
		revision = "HEAD"
	}
	var out bytes.Buffer
	err := g.run(ctx, &out, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{tree}")
	id := strings.TrimSpace(out.String())
	switch {
	case err == nil && isObject(id):
		return id, nil
	case err == nil:
		return "", fmt.Errorf("%.100q %w", revision, errRevision)
	}
	failed, ok := errors.AsType[*gitError](err)
	if _, exited := errors.AsType[*exec.ExitError](err); ok && exited && (failed.complaint == "" || failed.complaint == needsOne) {
		return "", fmt.Errorf("%.100q %w", revision, errRevision)
	}
	return "", err
}

// needsOne is what git says of a name that is none, where --quiet does not keep it from it.
const needsOne = "Needed a single revision"

// isObject reports whether id names an object by SHA-1 or SHA-256.
func isObject(id string) bool {
	return (len(id) == 40 || len(id) == 64) && strings.Trim(id, "0123456789abcdef") == ""
}

// changes hands over the paths that differ. diff-tree is what diff runs for two trees, and heeds none of the settings
// that change what diff prints.
func (g Git) changes(ctx context.Context, from, to string, each func(path string) (bool, error)) error {
	args := []string{"--literal-pathspecs", "diff-tree", "-r", "-z", "--name-status", "--no-renames", "--no-ext-diff",
		"--ignore-submodules=all", "--end-of-options", from, to, "--"}
	if folder := g.folder(); folder != "" {
		args = append(args, folder)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, w := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		err := g.run(ctx, w, args...)
		_ = w.CloseWithError(err) // never fails
		failed <- err
	}()
	more, err := eachChange(r, each)
	if err != nil || !more {
		cancel() // nobody reads the rest
	}
	_ = r.CloseWithError(io.ErrClosedPipe) // never fails
	if ended := <-failed; err == nil && more {
		err = ended
	}
	return err
}

// eachChange reads what --name-status -z prints: a letter and a path, each ended by NUL.
func eachChange(r io.Reader, each func(path string) (bool, error)) (more bool, err error) {
	in := bufio.NewReaderSize(r, maxPath)
	for {
		status, err := in.ReadSlice(0)
		if err == io.EOF && len(status) == 0 {
			return true, nil
		}
		if err != nil || len(status) != 2 || strings.IndexByte("AMTD", status[0]) < 0 {
			return false, either(err)
		}
		deleted := status[0] == 'D'
		path, err := in.ReadSlice(0)
		if err != nil {
			return false, either(err)
		}
		if deleted {
			continue
		}
		if more, err := each(string(path[:len(path)-1])); err != nil || !more {
			return false, err
		}
	}
}

// either is the error that git ended with, or else that of what it printed.
func either(err error) error {
	if err == nil || err == io.EOF || errors.Is(err, bufio.ErrBufferFull) {
		return errGitOutput
	}
	return err
}

// gitError is a call of git that failed, and what it said.
type gitError struct {
	complaint string
	err       error
}

func (e *gitError) Error() string {
	if e.complaint == "" {
		return e.err.Error()
	}
	return e.complaint
}

func (e *gitError) Unwrap() error { return e.err }

// run calls git in the repository.
func (g Git) run(ctx context.Context, out io.Writer, args ...string) error {
	var complaint bounded
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = g.Repository, gitEnvironment(), out, &complaint, gitWait
	err := cmd.Run()
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return &gitError{complaint.firstLine(), err}
	}
	return nil
}

// gitEnvironment is ours without what would lead git to another repository, as it is set where a hook runs us.
func gitEnvironment() []string {
	var env []string
	for _, pair := range os.Environ() {
		switch name, _, _ := strings.Cut(pair, "="); name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE",
			"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES":
		default:
			env = append(env, pair)
		}
	}
	return append(env, "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1")
}

// bounded keeps the beginning of what is written to it.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	_, _ = b.Buffer.Write(p[:min(len(p), maxComplaint-b.Len())]) // never fails
	return len(p), nil
}

func (b *bounded) firstLine() string {
	text, _, _ := strings.Cut(strings.TrimSpace(b.String()), "\n")
	return strings.TrimPrefix(text, "fatal: ")
}

// gitHint says what to do about a repository.
func gitHint(err error) string {
	switch {
	case errors.Is(err, ErrUnmapped):
		return `give the source a base: https://www.example.com/, or add to crawl.rewrite: {from: "git:", to: …}`
	case errors.Is(err, errRevision):
		return "check from and to; a shallow clone lacks older revisions: git fetch --unshallow brings them"
	case errors.Is(err, exec.ErrNotFound):
		return "install git"
	case strings.Contains(err.Error(), "dubious ownership"): // git has no code for it
		return "git config --global --add safe.directory with this folder lets you read it"
	case errors.Is(err, os.ErrNotExist):
		return "the path is relative to the working directory"
	}
	return ""
}
