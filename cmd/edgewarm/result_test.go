package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// result is a run's summary as a program reads it, apart from our own type.
type result struct {
	Run        int            `json:"run"`
	Started    time.Time      `json:"started"`
	Ended      time.Time      `json:"ended"`
	Discovered int            `json:"discovered"`
	Planned    int            `json:"planned"`
	Submitted  int            `json:"submitted"`
	Accepted   int            `json:"accepted"`
	Failed     int            `json:"failed"`
	Unknown    int            `json:"unknown"`
	Deferred   int            `json:"deferred"`
	LeftOut    map[string]int `json:"left_out"`
	Quota      map[string]struct {
		Daily     int `json:"daily"`
		Available int `json:"available"`
		Used      int `json:"used"`
		Others    int `json:"others"`
	} `json:"quota"`
	Jobs     map[string]int  `json:"jobs"`
	Verify   json.RawMessage `json:"verify"`
	Coverage json.RawMessage `json:"coverage"`
	Purged   int             `json:"purged"`
	Early    *struct {
		Submitted int `json:"submitted"`
		Regret    int `json:"regret"`
	} `json:"early"`
	Exit int `json:"exit"`
}

// readSummary reads the one line of --json, every field of which must be known here.
func readSummary(text string) (s result, err error) {
	if lines := strings.Count(text, "\n"); lines != 1 {
		return s, fmt.Errorf("the summary has %d lines, want one", lines)
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	return s, d.Decode(&s)
}

// wrong is what does not add up.
func (s result) wrong() []string {
	var wrong []string
	if left := sum(s.LeftOut); s.Discovered != s.Planned+left {
		wrong = append(wrong, fmt.Sprintf("discovered %d is not planned %d and left out %d", s.Discovered, s.Planned, left))
	}
	if outcomes := s.Accepted + s.Failed + s.Unknown + s.Deferred; s.Planned != outcomes {
		wrong = append(wrong, fmt.Sprintf("planned %d is not the %d outcomes", s.Planned, outcomes))
	}
	if s.Submitted != s.Planned-s.Deferred {
		wrong = append(wrong, fmt.Sprintf("submitted %d is not planned %d without %d deferred", s.Submitted, s.Planned, s.Deferred))
	}
	if s.Jobs != nil && sum(s.Jobs) != s.Accepted {
		wrong = append(wrong, fmt.Sprintf("%d jobs are not the %d accepted", sum(s.Jobs), s.Accepted))
	}
	if s.Early != nil && (s.Early.Submitted > s.Submitted || s.Early.Regret > s.Early.Submitted) {
		wrong = append(wrong, fmt.Sprintf("early %+v is more than submitted %d", *s.Early, s.Submitted))
	}
	if s.Started.IsZero() || s.Ended.Before(s.Started) {
		wrong = append(wrong, fmt.Sprintf("it went from %s to %s", s.Started, s.Ended))
	}
	return wrong
}

func sum(counts map[string]int) int {
	n := 0
	for _, count := range counts {
		n += count
	}
	return n
}
