package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/warm"
)

// usageError is a command line that cannot be.
type usageError struct {
	err  error
	hint string
}

func (e *usageError) Error() string   { return e.err.Error() }
func (e *usageError) Unwrap() []error { return []error{e.err, warm.ErrUsage} }

func usage(hint, format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...), hint}
}

// notParsed is what is wrong with the value of a flag, by the function of strconv that did not take it.
var notParsed = map[string]string{"ParseInt": "it is no whole number", "ParseFloat": "it is no number", "ParseBool": "it is neither true nor false"}

// inWords says the error of a flag without the words of a programmer.
func inWords(err error) error {
	wrong, ok := errors.AsType[*strconv.NumError](err)
	if !ok || notParsed[wrong.Func] == "" {
		return err
	}
	return errors.New(strings.TrimSuffix(err.Error(), wrong.Error()) + notParsed[wrong.Func])
}

// noArgs is for commands that take flags only.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(cmd.CommandPath()+" --help lists its flags", "%s takes no arguments, but got %q", cmd.CommandPath(), args[0])
	}
	return nil
}

// oneArg is for commands that take exactly the thing that what names.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		hint := cmd.CommandPath() + " --help shows how"
		switch len(args) {
		case 0:
			return usage(hint, "%s wants %s", cmd.CommandPath(), what)
		case 1:
			return nil
		}
		return usage(hint, "%s wants %s, one of them, but got %q too", cmd.CommandPath(), what, args[1])
	}
}

// unknownCommand is how cobra's error for a word that is no command begins; it has no type.
const unknownCommand = "unknown command "

// usageOf gives cobra's error for a word that is no command a hint. Other errors are as they were.
func usageOf(root *cobra.Command, err error) error {
	if err == nil || !strings.HasPrefix(err.Error(), unknownCommand) {
		return err
	}
	hint := "edgewarm --help lists the commands"
	quoted, _ := strconv.QuotedPrefix(strings.TrimPrefix(err.Error(), unknownCommand))
	if word, err := strconv.Unquote(quoted); err == nil {
		if near := root.SuggestionsFor(word); len(near) > 0 {
			hint = "did you mean " + strings.Join(near, " or ") + "? " + hint
		}
	}
	return &usageError{err, hint}
}
