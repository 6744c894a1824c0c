package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The site and the service of the demo stay up until it is stopped, and what is printed names both.
func TestDemoServes(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	var told bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"demo", "--serve"}, strings.NewReader(""), in, &told)
		in.Close()
	}()
	var printed strings.Builder
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "edgewarm report") {
		printed.WriteString(lines.Text() + "\n")
	}
	m := regexp.MustCompile(`(?s)ENDPOINT=(http://\S+) .*--source (http://\S+) `).FindStringSubmatch(printed.String())
	if m == nil {
		t.Fatalf("it prints\n%s", printed.String())
	}
	for _, url := range []string{m[1] + "/_simulator/summary", m[2]} {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: got %s", url, resp.Status)
		}
	}
	cancel()
	if code := <-ended; code != 0 || told.Len() > 0 {
		t.Errorf("it ends with %d and says %q", code, told.String())
	}
}
