package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/config"
)

// listReaders are the config's sources that read stdin, as the config has them.
func listReaders(c *config.Config) []string {
	var readers []string
	for i, s := range c.Sources {
		if s.List == "-" {
			readers = append(readers, fmt.Sprintf("sources[%d]", i))
		}
	}
	return readers
}

// logReaders are those among the access logs.
func logReaders(c *config.Config) []string {
	if slices.Contains(c.Popularity.Logs, "-") {
		return []string{"popularity.logs"}
	}
	return nil
}

// oneReader refuses more than one reader of stdin, of whom all but the first would get nothing.
func oneReader(readers []string) error {
	if len(readers) < 2 {
		return nil
	}
	return usage("give all of them but one a file in the place of -", "stdin has two readers: %s", strings.Join(readers, " and "))
}
