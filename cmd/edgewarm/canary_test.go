package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// urlToken is in URLs of the site as a signature would be: those who hold it may fetch them.
const urlToken = "canary-url-token-77fe"

// canaryConfig is of a site that needs a header, and signs its URLs.
const canaryConfig = `
account:
  endpoint: $API
  zones:
    zone-test: [127.0.0.1]
sources: [$ORIGIN/master.m3u8?token=canary-url-token-77fe, $ORIGIN/gone.m3u8?sign=canary-url-token-77fe]
crawl:
  private_networks: true
  headers: {Authorization: Bearer $HEADER}
submit: {propagation: 1s}
`

const canaryPlaylist = `#EXTM3U
#EXT-X-TARGETDURATION:4
#EXTINF:4,
one.ts?token=canary-url-token-77fe&n=1
#EXTINF:4,
refused.ts?n=2&Signature=canary-url-token-77fe
#EXTINF:4,
http://elsewhere.example/three.ts?auth_key=canary-url-token-77fe
#EXT-X-ENDLIST
`

// All that a run leaves is searched for the account's secrets and a site's: none is in any of it. The token of a signed
// URL is part of the cache key, and so in the ledger, in plans and in lists of resources, and nowhere else.
func TestFault33CanaryInEveryArtefact(t *testing.T) {
	t.Parallel()
	o := edgeonetest.Options{
		Fail:   []edgeonetest.Match{{Glob: "*refused.ts*"}},
		Faults: []edgeonetest.Fault{{Kind: edgeonetest.HTML, Status: 502, Action: "CreatePrefetchTask", Times: 1}},
	}
	w := start(t, o)
	w.write(t, "edgewarm.yaml", canaryConfig)
	w.write(t, "unreachable.yaml", strings.Replace(canaryConfig, "$API", "http://127.0.0.1:1", 1)+"state: unreachable.db\n")
	w.write(t, "another.yaml", canaryConfig+"state: another.db\n")
	w.write(t, "server.yaml", canaryConfig+"state: postgres://warm:"+secretKey+"@127.0.0.1:1/edgewarm\n")
	w.write(t, "www/master.m3u8", canaryPlaylist)
	artefacts := map[string]string{}
	for _, args := range []string{
		"check", "check -v", "run --dry-run -v", "crawl -v", "plan --all -v", "run -v --json --wait 1s", "run -v",
		"status", "status --json", "status --refresh -v", "quota", "quota --json", "report --json", "report --csv", "report -o report.html",
		"ledger export", "ledger backup copy.db", "ledger prune --older 90d", "verify -v", "run -v -c unreachable.yaml",
		"run -v -c server.yaml", "status -c server.yaml", "check -c server.yaml",
		"submit -v -c another.yaml plan.jsonl", "submit -v -c another.yaml --retry-failed",
	} {
		if strings.HasPrefix(args, "submit -v -c another.yaml p") {
			w.serve(o) // which knows nothing of what the runs sent
		}
		p := w.start(t, strings.Fields(args)...)
		p.end(t)
		artefacts[args+" > stdout"], artefacts[args+" > stderr"] = p.stdout.String(), p.stderr.String()
		if args == "plan --all -v" {
			w.write(t, "plan.jsonl", p.stdout.String())
		}
	}
	artefacts["a trace of all goroutines"] = goroutines(t, w, o)
	addFiles(t, w.dir, artefacts)
	for name, text := range artefacts {
		for _, secret := range secretsIn(text) {
			t.Errorf("%s holds %s", name, secret)
		}
		if strings.Contains(text, urlToken) && !mayHoldTokens(name) {
			t.Errorf("%s holds the token of a URL: %s", name, around(text, urlToken))
		}
	}
	for _, name := range []string{"edgewarm.db", "plan --all -v > stdout"} { // or else nothing was searched for
		if !strings.Contains(artefacts[name], urlToken) {
			t.Errorf("%s lacks the token of a URL, which is part of its cache key", name)
		}
	}
	t.Logf("%d artefacts searched", len(artefacts))
}

// goroutines is what a process prints when it ends by a panic: here by the signal that asks for it, in the middle of a call.
func goroutines(t *testing.T, w *world, o edgeonetest.Options) string {
	t.Helper()
	w.serve(o)
	w.hold("CreatePrefetchTask")
	w.write(t, "fresh.yaml", canaryConfig+"state: fresh.db\n")
	p := w.begin(t, nil, append(w.environment(), "GOTRACEBACK=all"), "run", "-c", "fresh.yaml", "-v")
	w.awaitOrFail(t, "CreatePrefetchTask", 1)
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	w.hold("")
	text := p.stdout.String() + p.stderr.String()
	if !strings.Contains(text, "goroutine ") {
		t.Errorf("there is no trace in %q", text)
	}
	return text
}

// addFiles adds the files below dir, those of the test itself left out.
func addFiles(t *testing.T, dir string, artefacts map[string]string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, ".yaml") || strings.HasPrefix(path, filepath.Join(dir, "www")) {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		artefacts[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// mayHoldTokens are the artefacts in which URLs are as they are sent.
func mayHoldTokens(name string) bool {
	switch name {
	case "plan.jsonl", "plan --all -v > stdout", "crawl -v > stdout", "submit -v -c another.yaml plan.jsonl > stdout", "submit -v -c another.yaml --retry-failed > stdout", "run --dry-run -v > stdout":
		return true
	}
	return strings.Contains(name, ".db") && !strings.HasSuffix(name, ".lock") && !strings.Contains(name, " ")
}

func around(text, word string) string {
	i := strings.Index(text, word)
	return text[max(i-200, 0):min(i+len(word)+50, len(text))]
}
