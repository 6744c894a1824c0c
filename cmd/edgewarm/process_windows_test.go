package main

import (
	"math"
	"os"
	"os/exec"
	"testing"
)

// peakMiB is not told by Windows.
func peakMiB(*os.ProcessState) float64 { return math.NaN() }

// killWhole leaves the command as it is, whose end kills it alone.
func killWhole(*exec.Cmd) {}

// freeze ends the test.
func freeze(t *testing.T, _ *os.Process) {
	t.Helper()
	t.Skip("needs SIGSTOP, which Windows does not have")
}

func thaw(*testing.T, *os.Process) {}
