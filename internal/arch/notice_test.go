package arch_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// NOTICE says where the source of what is shipped is to be had: of the very version.
func TestNotice(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	notice, err := os.ReadFile(filepath.Join(root, "NOTICE"))
	if err != nil {
		t.Fatal(err)
	}
	modules, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, module := range map[string]string{"River": "github.com/riverqueue/river", "River UI": "riverqueue.com/riverui"} {
		version := regexp.MustCompile(`\t` + regexp.QuoteMeta(module) + ` (v\S+)\n`).FindStringSubmatch(string(modules))
		if version == nil {
			t.Errorf("%s is not required: take it off NOTICE and this table", module)
			continue
		}
		line := regexp.MustCompile(`(?m)^  ` + name + ` v.*$`).FindString(string(notice))
		if !strings.Contains(line, name+" "+version[1]+" ") || !strings.HasSuffix(line, "/tree/"+version[1]) {
			t.Errorf("%s is of %s, NOTICE has %q", name, version[1], line)
		}
	}
}
