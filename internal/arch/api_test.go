package arch_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the exported API down as it is now")

// TestAPI compares what the public packages export with what testdata/api says they do. A changed line there is a change
// that users see: it wants a word in the CHANGELOG, and a removed one a major version.
func TestAPI(t *testing.T) {
	t.Parallel()
	for _, p := range []string{"crawler", "planner", "planner/popularity", "submitter", "submitter/edgeonetest"} {
		got := exported(t, filepath.Join("..", "..", filepath.FromSlash(p)))
		golden := filepath.Join("testdata", "api", strings.ReplaceAll(p, "/", "_")+".txt")
		if *update {
			if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: the exported API has changed; if it should, go test ./internal/arch -update\n%s", p, difference(want, got))
		}
	}
}

// exported are the exported declarations of a package without comments and bodies, in order of their text.
func exported(t *testing.T, dir string) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.FileExports(file)
		for _, decl := range file.Decls {
			if text := declared(fset, decl); text != "" {
				out = append(out, text)
			}
		}
	}
	slices.Sort(out)
	return []byte(strings.Join(out, "\n") + "\n")
}

func declared(fset *token.FileSet, decl ast.Decl) string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		d.Body, d.Doc = nil, nil
		if d.Recv != nil && !receiverExported(d.Recv) {
			return ""
		}
	case *ast.GenDecl:
		if d.Tok == token.IMPORT || len(d.Specs) == 0 {
			return ""
		}
	}
	var b bytes.Buffer
	// Without the file's comments the printer leaves them out.
	if err := (&printer.Config{Mode: printer.TabIndent, Tabwidth: 8}).Fprint(&b, fset, decl); err != nil {
		return err.Error()
	}
	return b.String()
}

func receiverExported(recv *ast.FieldList) bool {
	exported := false
	ast.Inspect(recv, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.IsExported() && !slices.ContainsFunc(recv.List[0].Names, func(name *ast.Ident) bool { return name == id }) {
			exported = true
		}
		return true
	})
	return exported
}

// difference lists the lines that only one of the two has.
func difference(want, got []byte) string {
	w, g := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	var b strings.Builder
	for _, line := range w {
		if !slices.Contains(g, line) {
			b.WriteString("- " + line + "\n")
		}
	}
	for _, line := range g {
		if !slices.Contains(w, line) {
			b.WriteString("+ " + line + "\n")
		}
	}
	return b.String()
}
