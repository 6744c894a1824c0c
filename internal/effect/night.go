package effect

import "time"

// Night is what the warming of one run did. Its JSON names are a promise.
type Night struct {
	// Run is its number, Started when it began.
	Run     int64     `json:"run"`
	Started time.Time `json:"started"`
	// From and To are the time whose requests are counted, LogsUntil the last request of it that the logs have.
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	LogsUntil time.Time `json:"logs_until,omitzero"`
	// Planned is how many targets the run had. Those of them are compared that could have been held out and were accepted.
	Planned int `json:"planned"`
	Report
}
