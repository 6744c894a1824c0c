package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is said as what is to be said")

// Each folder of testdata has fresh results, and what is to be said of them beside testdata/kept.txt: its last line is
// whether they pass.
func TestCases(t *testing.T) {
	kept, err := os.ReadFile("testdata/kept.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases, err := filepath.Glob("testdata/*/fresh.txt")
	if err != nil || len(cases) == 0 {
		t.Fatal(cases, err)
	}
	for _, name := range cases {
		t.Run(filepath.Base(filepath.Dir(name)), func(t *testing.T) {
			fresh, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			ok, err := run(bytes.NewReader(kept), bytes.NewReader(fresh), &out)
			if err != nil {
				t.Fatal(err)
			}
			if out.WriteString("fails\n"); ok {
				out.Truncate(out.Len() - len("fails\n"))
				out.WriteString("passes\n")
			}
			golden := filepath.Join(filepath.Dir(name), "want.txt")
			if *update {
				if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want, err := os.ReadFile(golden); err != nil || string(want) != out.String() {
				t.Errorf("said:\n%swant:\n%s%v", out.String(), want, err)
			}
		})
	}
}

// Kept results that say of no figure which way is better would let everything pass.
func TestNothingIsKept(t *testing.T) {
	for _, kept := range []string{"", "BenchmarkMedia-2 1 1000 ns/op 100 allocs/op\n"} {
		if ok, err := run(strings.NewReader(kept), strings.NewReader(""), &bytes.Buffer{}); ok || err == nil {
			t.Errorf("%q: got %v, %v", kept, ok, err)
		}
	}
}
