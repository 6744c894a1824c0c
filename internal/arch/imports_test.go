package arch_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/edgewarm/edgewarm/"

// allowed are the imports of each package that are not of the standard library: our own packages, and modules. Data flows
// one way: crawler → planner → submitter, and only internal/warm and cmd know all three.
var allowed = map[string]string{
	"crawler": "internal/dash internal/fetch internal/glob internal/hashset internal/hls internal/inflate internal/page internal/robots internal/sitemap internal/urlkey internal/warning",

	"planner":            "crawler internal/glob internal/urlkey",
	"planner/popularity": "crawler planner internal/accesslog internal/transcript internal/urlkey internal/warning github.com/cespare/xxhash/v2",

	"submitter":             "internal/download internal/roundtrip golang.org/x/time github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common",
	"submitter/edgeonetest": "internal/glob",

	"internal/accesslog":             "internal/inflate internal/warning",
	"internal/arch":                  "",
	"internal/backtest":              "crawler planner",
	"internal/cachestatus":           "",
	"internal/config":                "internal/accesslog internal/schedule internal/urlkey internal/webhook github.com/goccy/go-yaml",
	"internal/crowd":                 "",
	"internal/daemon":                "internal/config internal/ledger internal/plain internal/progress internal/schedule internal/warm internal/webhook submitter",
	"internal/dash":                  "internal/hls internal/urlkey internal/warning",
	"internal/demosite":              "internal/crowd",
	"internal/download":              "",
	"internal/effect":                "",
	"internal/fetch":                 "internal/inflate internal/urlkey golang.org/x/time",
	"internal/fleet":                 "crawler internal/ledger internal/postgres github.com/riverqueue/river github.com/riverqueue/river/riverdriver/riverpgxv5 riverqueue.com/riverui",
	"internal/glob":                  "",
	"internal/hashset":               "",
	"internal/hls":                   "internal/urlkey internal/warning github.com/grafov/m3u8",
	"internal/inflate":               "github.com/klauspost/compress",
	"internal/launch":                "",
	"internal/ledger":                "crawler submitter internal/postgres internal/roundtrip github.com/gofrs/flock modernc.org/sqlite",
	"internal/metrics":               "internal/daemon internal/ledger internal/warm github.com/prometheus/client_golang",
	"internal/page":                  "internal/urlkey internal/warning github.com/gocolly/colly/v2 golang.org/x/net golang.org/x/text",
	"internal/plain":                 "internal/urlkey",
	"internal/planfile":              "planner",
	"internal/postgres":              "github.com/jackc/pgx/v5",
	"internal/postgres/postgrestest": "internal/postgres",
	"internal/progress":              "",
	"internal/report":                "internal/effect internal/ledger internal/plain submitter",
	"internal/robots":                "internal/warning golang.org/x/text",
	"internal/roundtrip":             "",
	"internal/schedule":              "github.com/robfig/cron/v3",
	"internal/sitemap":               "internal/inflate internal/urlkey internal/warning golang.org/x/net golang.org/x/text",
	"internal/source":                "internal/download internal/inflate internal/urlkey internal/warning gocloud.dev",
	"internal/sqldemand":             "internal/postgres",
	"internal/trace":                 "crawler internal/crowd",
	"internal/transcript":            "internal/accesslog internal/inflate",
	"internal/urlkey":                "golang.org/x/net",
	"internal/warning":               "",
	"internal/web":                   "internal/daemon internal/fleet internal/ledger internal/plain internal/report internal/urlkey",
	"internal/webhook":               "",

	"internal/warm": "crawler planner planner/popularity submitter internal/backtest internal/cachestatus internal/config internal/download internal/effect internal/fetch internal/fleet internal/glob internal/hashset internal/inflate internal/launch internal/ledger internal/page internal/plain internal/source internal/sqldemand internal/urlkey golang.org/x/time",
	"cmd/edgewarm": "crawler planner planner/popularity submitter submitter/edgeonetest internal/accesslog internal/backtest internal/config internal/crowd internal/daemon internal/demosite internal/effect internal/fleet internal/ledger internal/metrics internal/plain internal/planfile internal/postgres internal/progress internal/report internal/robots internal/trace internal/urlkey internal/warm internal/web " +
		"github.com/spf13/cobra golang.org/x/term",
}

func TestImports(t *testing.T) {
	t.Parallel()
	got := imports(t)
	for _, p := range slices.Sorted(maps.Keys(got)) {
		want, ok := allowed[p]
		if !ok {
			t.Errorf("%s: a new package: write down what it may import", p)
			continue
		}
		for _, i := range got[p] {
			if !slices.Contains(strings.Fields(want), i) {
				t.Errorf("%s imports %s, which it may not", p, i)
			}
		}
		for _, i := range strings.Fields(want) {
			if !slices.Contains(got[p], i) {
				t.Errorf("%s may import %s and does not: take it off the table", p, i)
			}
		}
	}
	for p := range allowed {
		if _, ok := got[p]; !ok {
			t.Errorf("%s is on the table and not there", p)
		}
	}
}

// Each library stands behind one package, so that a swap touches one place. golang.org/x counts as the standard library.
func TestOneImporterALibrary(t *testing.T) {
	t.Parallel()
	importers := map[string][]string{}
	for p, all := range imports(t) {
		for _, i := range all {
			if strings.Contains(i, ".") && !strings.HasPrefix(i, "golang.org/x/") {
				importers[i] = append(importers[i], p)
			}
		}
	}
	for library, by := range importers {
		if len(by) != 1 {
			t.Errorf("%s is imported by %v, want one of them only", library, by)
		}
	}
}

// imports are those of each package's own files, tests left out: our packages by their folder, others by their module.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	modules := required(t)
	out := map[string][]string{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		p := filepath.ToSlash(dir)
		out[p] = append(out[p], nil...)
		for _, spec := range file.Imports {
			i, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if i = named(i, modules); i != "" && !slices.Contains(out[p], i) {
				out[p] = append(out[p], i)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// named is how the table calls an import; empty for the standard library.
func named(i string, modules []string) string {
	if own, ok := strings.CutPrefix(i, module); ok {
		return own
	}
	for _, m := range modules {
		if i == m || strings.HasPrefix(i, m+"/") {
			return m
		}
	}
	return ""
}

// required are the modules of go.mod, the longest first.
func required(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && strings.Contains(fields[0], ".") && fields[1][0] == 'v' {
			out = append(out, fields[0])
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}
