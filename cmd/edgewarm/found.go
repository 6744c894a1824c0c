package main

import "github.com/edgewarm/edgewarm/internal/warm"

// tell prints what a command that only looks has found, as JSON or to people. Faults that did not end it make the exit
// code tell so.
func tell[T any](a *app, found T, faults int, err error, asJSON bool, print func(T) error) error {
	if err != nil {
		return err
	}
	if faults > 0 {
		a.code = warm.ExitPartly
	}
	a.stderr.endLine()
	if asJSON {
		return jsonLines(a.stdout).Encode(found)
	}
	return print(found)
}
