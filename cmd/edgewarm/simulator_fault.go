package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

var faultKinds = []edgeonetest.FaultKind{edgeonetest.Cut, edgeonetest.HTML, edgeonetest.Code, edgeonetest.Limit, edgeonetest.Delay, edgeonetest.NoJob}

// parseFault reads a fault as it is written on a command line: its kind, then what more there is to say, as in
// "cut,action=CreatePrefetchTask,after=2,times=1,taken", "html=502,every=10", "error=InternalError.QuotaSystem",
// "limit,chance=0.1" or "delay=3s". "lost" is "cut,taken".
func parseFault(text string) (edgeonetest.Fault, error) {
	var f edgeonetest.Fault
	for i, part := range strings.Split(text, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		var err error
		if i == 0 {
			err = setFaultKind(&f, key, value)
		} else {
			err = setFault(&f, key, value)
		}
		if err != nil {
			return edgeonetest.Fault{}, fmt.Errorf("fault %q: %w", text, err)
		}
	}
	return f, nil
}

func setFaultKind(f *edgeonetest.Fault, kind, value string) (err error) {
	if kind == "lost" {
		kind, f.Taken = "cut", true
	}
	f.Kind = edgeonetest.FaultKind(kind)
	if !slices.Contains(faultKinds, f.Kind) {
		return fmt.Errorf("no kind %q: want lost or one of %q", kind, faultKinds)
	}
	switch {
	case value == "" && f.Kind == edgeonetest.Delay:
		return fmt.Errorf("want a time, as in delay=3s")
	case value == "":
	case f.Kind == edgeonetest.HTML:
		f.Status, err = strconv.Atoi(value)
	case f.Kind == edgeonetest.Code:
		f.Code = value
	case f.Kind == edgeonetest.Delay:
		f.Delay, err = time.ParseDuration(value)
	default:
		err = fmt.Errorf("%s takes no value", kind)
	}
	return err
}

func setFault(f *edgeonetest.Fault, key, value string) (err error) {
	switch key {
	case "action":
		f.Action = value
	case "taken":
		f.Taken = true
	case "after":
		f.After, err = strconv.Atoi(value)
	case "every":
		f.Every, err = strconv.Atoi(value)
	case "times":
		f.Times, err = strconv.Atoi(value)
	case "chance":
		f.Chance, err = strconv.ParseFloat(value, 64)
	case "delay":
		f.Delay, err = time.ParseDuration(value)
	default:
		err = fmt.Errorf("no key %q: want action, taken, after, every, times, chance or delay", key)
	}
	return err
}
