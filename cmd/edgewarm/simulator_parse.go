package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// parseZone reads a zone as it is written on a command line: its identifier, then its hosts, as in
// "zone-1=cdn.example.com,*.vod.example.com".
func parseZone(text string) (edgeonetest.Zone, error) {
	id, hosts, _ := strings.Cut(text, "=")
	z := edgeonetest.Zone{ID: strings.TrimSpace(id)}
	for host := range strings.SplitSeq(hosts, ",") {
		if host = strings.ToLower(strings.TrimSpace(host)); host != "" {
			z.Hosts = append(z.Hosts, host)
		}
	}
	if z.ID == "" || len(z.Hosts) == 0 {
		return edgeonetest.Zone{}, fmt.Errorf("zone %q: want an identifier and hosts, as in zone-1=cdn.example.com,*.vod.example.com", text)
	}
	z.Name = strings.TrimPrefix(z.Hosts[0], "*.")
	return z, nil
}

// parseMatch reads a pattern and, behind the last "=>", a reason, as in "*/missing/*=>no such object".
func parseMatch(text string) (edgeonetest.Match, error) {
	pattern, reason := cutLast(text)
	if pattern == "" {
		return edgeonetest.Match{}, fmt.Errorf("pattern %q: want one of URLs, as in */missing/*, and a reason if there is one, as in */missing/*=>no such object", text)
	}
	return edgeonetest.Match{Glob: pattern, Reason: reason}, nil
}

// outcomeStatuses are those that the API is known to give.
var outcomeStatuses = []string{"processing", "success", "failed", "timeout", "canceled", "invalid"}

// parseOutcome reads a pattern and, behind the last "=>", the status in which its tasks end, as in "*/gone/*=>invalid".
func parseOutcome(text string) (edgeonetest.Outcome, error) {
	pattern, status := cutLast(text)
	if pattern == "" || !slices.Contains(outcomeStatuses, status) {
		return edgeonetest.Outcome{}, fmt.Errorf("outcome %q: want a pattern and one of %s, as in */gone/*=>invalid", text, strings.Join(outcomeStatuses, ", "))
	}
	o := edgeonetest.Outcome{Glob: pattern, Status: status}
	if status != "success" && status != "processing" {
		o.FailType, o.Message = "taskFailed", "injected"
	}
	return o, nil
}

// cutLast cuts at the last "=>", since a URL may hold "=".
func cutLast(text string) (before, after string) {
	i := strings.LastIndex(text, "=>")
	if i < 0 {
		return strings.TrimSpace(text), ""
	}
	return strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+2:])
}
