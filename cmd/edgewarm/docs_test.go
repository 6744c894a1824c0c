package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/demosite"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// block is a fenced block of a document.
type block struct {
	line           int
	language, text string
	// notRun is why a test leaves it alone: what a comment above it says.
	notRun string
}

var fence = regexp.MustCompile("(?ms)^(?:<!-- not run: ([^\n]+) -->\n)?```(\\w*)[^\n]*\n(.*?)^```$")

// named is the first line of a block that is a file of the name.
var named = regexp.MustCompile(`^# ([\w-]+\.yaml)\n`)

func blocksOf(document string) (blocks []block) {
	for _, m := range fence.FindAllStringSubmatchIndex(document, -1) {
		b := block{line: 1 + strings.Count(document[:m[4]], "\n"), language: document[m[4]:m[5]], text: document[m[6]:m[7]]}
		if m[2] >= 0 {
			b.notRun = document[m[2]:m[3]]
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// pagesOfDocs are the README and what is below docs.
func pagesOfDocs(t *testing.T) []string {
	t.Helper()
	root := filepath.Join("..", "..")
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{filepath.Join(root, "README.md")}, pages...)
}

// TestDocumentedCommands runs each block of commands of the documents against the demo's site and a simulator. A document
// tells a story: its blocks run after each other in one folder. Those of the reference each have one of their own, with a
// config in it. A command may end with 3 or 4, as a night may, and plan diff with 1 where plans differ.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("the blocks are for bash, which is not here")
	}
	for _, path := range pagesOfDocs(t) {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			blocks := blocksOf(string(text))
			if name != reference {
				runBlocks(t, shell, name, blocks)
				return
			}
			for _, b := range blocks {
				t.Run(fmt.Sprint("line ", b.line), func(t *testing.T) {
					t.Parallel()
					runBlocks(t, shell, name, []block{b})
				})
			}
		})
	}
}

// reference is the page whose blocks have nothing to do with each other.
const reference = "commands.md"

// runBlocks runs blocks in a world of their own.
func runBlocks(t *testing.T, shell, document string, blocks []block) {
	t.Helper()
	if !slices.ContainsFunc(blocks, func(b block) bool { return b.language == "sh" && b.notRun == "" }) {
		return
	}
	w := start(t, edgeonetest.Options{Daily: 200}) // the site has more
	stage(t, w)
	if document == reference && !strings.Contains(blocks[0].text, "edgewarm init ") {
		w.write(t, "edgewarm.yaml", staging(w).Replace(stagedConfig))
		w.write(t, "site.yaml", staging(w).Replace(stagedConfig))
	}
	if document == reference {
		runBlock(t, w, shell, document, earlierNight(blocks[0].text))
	}
	for _, b := range blocks {
		switch name := named.FindStringSubmatch(b.text); {
		case b.notRun != "":
		case b.language == "sh":
			runBlock(t, w, shell, document, b)
		case b.language == "yaml" && name != nil:
			w.write(t, name[1], staging(w).Replace(b.text))
		}
	}
}

// earlierNight is what a command of the reference takes for granted: a run, so that there is a ledger, or plans.
func earlierNight(command string) block {
	b := block{text: "true"}
	for _, word := range []string{"status", "report", "verify", "ledger", "explain", "--retry-failed"} {
		if strings.Contains(command, "edgewarm "+word) || strings.Contains(command, word+" ") {
			b.text = "edgewarm run -q --wait 20s"
		}
	}
	if strings.Contains(command, "tonight.jsonl") {
		b.text += "; edgewarm plan -q --all -o tonight.jsonl; cp tonight.jsonl yesterday.jsonl"
	}
	return b
}

// stagedConfig is what the reference's commands find.
const stagedConfig = `
account: {zones: {zone-2o1t7p6a: [cdn.example.com]}}
sources: [https://www.example.com/]
popularity: {logs: ["/var/log/edgeone/*.log.gz"]}
`

// stage puts what the documents take for granted into the world's folder.
func stage(t *testing.T, w *world) {
	t.Helper()
	var log bytes.Buffer
	if err := demosite.LogUntil(&log, w.site.URL, demosite.Format("edgeone"), 5000, time.Now()); err != nil {
		t.Fatal(err)
	}
	w.write(t, "logs/edgeone.log", log.String())
	w.write(t, "access.log", log.String())
	w.write(t, "robots.txt", "User-agent: *\nDisallow: /private/\n")
	w.write(t, "titles.txt", w.site.URL+"/vod/breakers/master.m3u8\n")
	w.write(t, "urls.csv", fmt.Sprintf("url,weight\n%s/vod/aurora/master.m3u8,10\n", w.site.URL))
	w.write(t, "urls.txt", w.site.URL+"/vod/aurora/master.m3u8\n")
	w.write(t, "sitemap.xml.gz", fmt.Sprintf("<urlset><url><loc>%s/</loc></url></urlset>", w.site.URL))
}

// staging turns the documents' names into those of the world.
func staging(w *world) *strings.Replacer {
	return strings.NewReplacer(
		"2026-12-01T20:00+08:00", time.Now().Add(20*time.Hour).Format(time.RFC3339),
		"https://cdn.example.com/vod/film/720p/seg-00012.ts", w.site.URL+"/vod/aurora/360p/seg-00001.m4s",
		"https://www.example.com/new/", w.site.URL+"/titles/aurora/",
		"https://cdn.example.com/v/", w.site.URL+"/vod/aurora/",
		"https://cdn.example.com/new/", w.site.URL+"/vod/aurora/",
		"https://www.example.com/", w.site.URL+"/",
		"https://cdn.example.com/", w.site.URL+"/",
		"cdn.example.com", "127.0.0.1",
		"www.example.com", "127.0.0.1",
		"zone-2o1t7p6a", zoneID,
		"/var/log/edgeone/*.log.gz", "logs/*.log",
		"TENCENTCLOUD_SECRET_ID=…", "TENCENTCLOUD_SECRET_ID="+secretID,
		"TENCENTCLOUD_SECRET_KEY=…", "TENCENTCLOUD_SECRET_KEY="+secretKey,
	)
}

// prelude lets a command of edgewarm end as a night may.
const prelude = `set -euo pipefail
edgewarm() { local code=0; command edgewarm "$@" || code=$?; [ $code = 3 ] || [ $code = 4 ] || [ "$code $1 ${2-}" = '1 plan diff' ] || return $code; }
jq() { cat >/dev/null; } # it need not be here
`

// blockPatience bounds what a block may take, which may be four back-tests one after the other.
const blockPatience = 2 * patience

func runBlock(t *testing.T, w *world, shell, document string, b block) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), blockPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, shell, "-c", prelude+staging(w).Replace(b.text))
	killWhole(cmd)
	cmd.WaitDelay = time.Second
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(),
		"RELEASE="+time.Now().Add(20*time.Hour).Format(time.RFC3339),
		"EDGEWARM_ACCOUNT_ENDPOINT="+w.api.URL, "EDGEWARM_CRAWL_PRIVATE_NETWORKS=true",
		"TENCENTCLOUD_SECRET_ID="+secretID, "TENCENTCLOUD_SECRET_KEY="+secretKey, "TENCENTCLOUD_TOKEN="+token)
	if _, err := cmd.Output(); err != nil {
		t.Errorf("%s:%d: %v\n%s%s", document, b.line, err, b.text, saidBy(err))
	}
}

// saidBy is what a process wrote to stderr before it failed.
func saidBy(err error) []byte {
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		return ended.Stderr
	}
	return nil
}

// TestDocumentedConfigs parses each block of YAML of the documents as a config.
func TestDocumentedConfigs(t *testing.T) {
	t.Parallel()
	for _, path := range pagesOfDocs(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocksOf(string(text)) {
			if b.language != "yaml" || b.notRun != "" {
				continue
			}
			if _, err := config.Parse(filepath.Base(path), []byte(b.text), nil); err != nil {
				t.Errorf("%s:%d: %v", filepath.Base(path), b.line, err)
			}
		}
	}
}
