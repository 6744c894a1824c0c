package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/robots"
)

// robots answers for each URL whether the agent may open it.
func (i *inspection) robots(cmd *cobra.Command, crawl *crawler.Crawler, in crawler.Input) error {
	body, err := i.body(cmd, crawl, in)
	if err != nil {
		return err
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, robots.MaxSize+1))
	if err != nil {
		return err
	}
	rules := robots.Parse(text)
	lines := jsonLines(i.stdout)
	for _, url := range i.urls {
		answer := struct {
			URL     string `json:"url"`
			Agent   string `json:"agent"`
			Allowed bool   `json:"allowed"`
		}{url, i.agent, rules.Allowed(i.agent, url)}
		if err := lines.Encode(answer); err != nil {
			return err
		}
	}
	return nil
}
