package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// log counts an access log as it is.
func (i *inspection) log(cmd *cobra.Command, crawl *crawler.Crawler, in crawler.Input, name string) error {
	body, err := i.body(cmd, crawl, in)
	if err != nil {
		return err
	}
	defer body.Close()
	counter := popularity.Counter{Format: i.format, Base: i.base, Raw: true}
	stats, err := counter.Read(cmd.Context(), name, body)
	if cmd.Context().Err() != nil {
		return context.Cause(cmd.Context())
	}
	if err != nil {
		return err
	}
	out, flush := i.out()
	lines := jsonLines(out)
	for url, d := range counter.All() {
		if strings.HasPrefix(url, "/") {
			return join(flush(), usage("say which: --base https://www.example.com/", "the lines of %s name no host", name))
		}
		if err := lines.Encode(demandLine(url, d)); err != nil {
			return err
		}
	}
	summary := crawler.Document{URL: name, Kind: "log", Resources: counter.Len()}
	for _, w := range stats.Warnings {
		summary.Warnings = append(summary.Warnings, crawler.Warning(w))
	}
	return join(lines.Encode(map[string]crawler.Document{"document": summary}), flush())
}

func demandLine(url string, d planner.Demand) any {
	return struct {
		URL      string  `json:"url"`
		Requests float64 `json:"requests"`
		Misses   float64 `json:"misses"`
		Bytes    float64 `json:"bytes"`
	}{url, d.Requests, d.Misses, d.Bytes}
}
