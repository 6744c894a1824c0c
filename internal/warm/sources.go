package warm

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
)

// maxListLine bounds one line of a list of URLs: no server takes a longer URL.
const maxListLine = 64 << 10

// Seeds returns the URLs of the config's sources, those of lists among them, and the weights of those that have one.
// stdin is what a list called - is read from.
func (w *Warmer) Seeds(c *crawler.Crawler, stdin io.Reader) (seeds []string, weights map[string]float64, err error) {
	weights = map[string]float64{}
	for _, source := range w.Config.Sources {
		urls := []string{source.URL}
		if source.List != "" {
			if urls, err = readList(source.List, stdin); err != nil {
				return nil, nil, err
			}
		}
		seeds = append(seeds, urls...)
		if source.Weight == 1 {
			continue
		}
		for _, u := range urls {
			if name, err := c.SeedURL(u); err == nil {
				weights[name] = source.Weight
			}
		}
	}
	return seeds, weights, nil
}

// readList reads a file of URLs, one a line. Empty lines and those that begin with # say nothing.
func readList(name string, stdin io.Reader) ([]string, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("sources: list: %w", err)
		}
		defer f.Close()
		stdin = f
	}
	var urls []string
	lines := bufio.NewScanner(stdin)
	lines.Buffer(nil, maxListLine)
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && line[0] != '#' {
			urls = append(urls, line)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("sources: list %s: line %d: %w", name, len(urls)+1, err)
	}
	return urls, nil
}
