package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// normalLine is what --as url answers for one line.
type normalLine struct {
	URL    string `json:"url"`
	Normal string `json:"normal,omitempty"`
	Error  string `json:"error,omitempty"`
}

// list answers for each line of a list what URL it is: relative to --base, or absolute.
func (i *inspection) list(cmd *cobra.Command, crawl *crawler.Crawler, in crawler.Input, name string) error {
	normalize := i.form.Normalize
	if i.base != "" {
		base, err := i.form.ParseBase(i.base)
		if err != nil {
			return usage("write it in full, such as https://www.example.com/", "--base: %w", err)
		}
		normalize = base.Resolve
	}
	body, err := i.body(cmd, crawl, in)
	if err != nil {
		return err
	}
	defer body.Close()
	out, flush := i.out()
	answers := jsonLines(out)
	for line, err := range lines(name, body) {
		if err != nil {
			return join(flush(), err)
		}
		if err := answers.Encode(i.normal(string(line.text), normalize)); err != nil {
			return err
		}
	}
	return flush()
}

// normal is the answer for one line; one that is no URL makes the exit code tell so.
func (i *inspection) normal(text string, normalize func(string) (string, error)) normalLine {
	normal, err := normalize(text)
	if err == nil {
		return normalLine{URL: text, Normal: normal}
	}
	i.code = warm.ExitPartly
	if wrong, ok := errors.AsType[*urlkey.Error](err); ok {
		err = wrong.Err // the line has the URL
	}
	return normalLine{URL: text, Error: err.Error()}
}
