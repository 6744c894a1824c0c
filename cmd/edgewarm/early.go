package main

import "github.com/edgewarm/edgewarm/internal/config"

// earlyFlag is --early, which beats submit.early.
type earlyFlag struct {
	text  string
	given config.Reserve
}

// String is what was given.
func (e *earlyFlag) String() string { return e.text }

func (e *earlyFlag) Type() string { return "share" }

// Set reads 20% or a number of units.
func (e *earlyFlag) Set(text string) (err error) {
	e.text = text
	e.given, err = config.ParseReserve(text)
	return err
}

// apply sets what was given on the config.
func (e *earlyFlag) apply(c *config.Config) {
	if e.text != "" {
		c.Submit.Early = e.given
	}
}
