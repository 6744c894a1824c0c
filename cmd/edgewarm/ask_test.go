package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// answered runs init with a person at the terminal who answers so.
func answered(t *testing.T, answers string) (config, asked string, err error) {
	t.Helper()
	var out, screen bytes.Buffer
	a := &app{stdin: strings.NewReader(answers), stdout: &dataWriter{w: &out}, stderr: &terminal{w: &screen}, asks: true}
	root := a.root()
	root.SetArgs([]string{"init", "-c", "-"})
	err = root.ExecuteContext(context.Background())
	return out.String(), screen.String(), err
}

func TestInitAsks(t *testing.T) {
	t.Parallel()
	if os.Getenv("EDGEWARM_CONFIG") != "" {
		t.Skip("EDGEWARM_CONFIG names a config")
	}
	config, asked, err := answered(t, "www.example.com\nzone-2o1t7p6a\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"  - https://www.example.com\n", "    zone-2o1t7p6a: [www.example.com]\n"} {
		if !strings.Contains(config, want) {
			t.Errorf("the config lacks %q", want)
		}
	}
	if got := strings.Count(asked, ": "); !strings.Contains(asked, "two questions") || got < 2 {
		t.Errorf("asked %q", asked)
	}
	if config, _, err := answered(t, "\n\n"); err != nil || !strings.Contains(config, "https://www.example.com/") {
		t.Errorf("got %v of a person who says nothing", err)
	}
	if _, _, err := answered(t, ""); err == nil {
		t.Error("nobody answered, and that is no error")
	}
}
