package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/edgewarm/edgewarm/internal/config"
)

// maxAnswer bounds a line that is typed: no URL is longer.
const maxAnswer = 8 << 10

// ask fills a config in with what a person answers: where to look, and for which zone.
func ask(in io.Reader, out io.Writer, t *config.Template) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxAnswer)
	fmt.Fprintln(out, "edgewarm: two questions; the rest is explained in the file")
	site, err := answer(lines, out, "The site to warm (a URL): ")
	if err != nil {
		return err
	}
	if site != "" && !strings.Contains(site, "://") {
		site = "https://" + site
	}
	if site != "" {
		t.Sources = []string{site}
	}
	t.Zone, err = answer(lines, out, "Its EdgeOne zone, such as zone-2o1t7p6a (empty: ask the API each time): ")
	return err
}

func answer(lines *bufio.Scanner, out io.Writer, question string) (string, error) {
	fmt.Fprint(out, question)
	if !lines.Scan() {
		fmt.Fprintln(out)
		return "", errors.Join(usage("edgewarm init --source URL --zone ID asks nothing", "no answer"), lines.Err())
	}
	return strings.TrimSpace(lines.Text()), nil
}
