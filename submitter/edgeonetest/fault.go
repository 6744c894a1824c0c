package edgeonetest

import (
	"math/rand/v2"
	"time"
)

// FaultKind is a way to go wrong.
type FaultKind string

// The kinds of faults.
const (
	// Cut closes the connection instead of an answer.
	Cut FaultKind = "cut"
	// HTML answers with the page of a gateway, and Status, or 502.
	HTML FaultKind = "html"
	// Code answers with the error Code of the API, or InternalError.BackendError.
	Code FaultKind = "error"
	// Limit answers with RequestLimitExceeded.
	Limit FaultKind = "limit"
	// Delay answers rightly, but late.
	Delay FaultKind = "delay"
	// NoJob answers rightly, but with no JobId.
	NoJob FaultKind = "nojob"
)

// Fault is something that goes wrong, with some of the requests.
type Fault struct {
	Kind FaultKind
	// Action is what it is about; empty is every action.
	Action string
	// Taken carries the request out before it goes wrong: the answer is lost, what was asked for is done.
	// Delay and NoJob always do.
	Taken bool
	// After leaves so many of the action's requests alone first.
	After int
	// Every hits each so manieth request from there; 0 is each one.
	Every int
	// Times ends it after so many hits; 0 is never.
	Times int
	// Chance hits a request by chance, between 0 and 1; 0 is always.
	Chance float64
	// Delay is how late the answer is, before whatever else goes wrong.
	Delay time.Duration
	// Status is the HTTP status of HTML.
	Status int
	// Code is the error code of Code.
	Code string
}

// faultState counts for one Fault.
type faultState struct{ seen, hits int }

// hits is whether the fault applies to a request that has its action.
func (f Fault) hits(st *faultState, random *rand.Rand) bool {
	st.seen++
	n := st.seen - f.After - 1
	switch {
	case n < 0, f.Every > 1 && n%f.Every != 0, f.Times > 0 && st.hits >= f.Times, f.Chance > 0 && random.Float64() >= f.Chance:
		return false
	}
	st.hits++
	return true
}

func (f Fault) isTaken() bool { return f.Taken || f.Kind == Delay || f.Kind == NoJob }
