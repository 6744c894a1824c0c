package edgeonetest

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	maxTop      = 1000
	maxTopSpan  = 31 * 24 * time.Hour
	maxLogsPage = 300
	// logsPath is where the log packages are downloaded from.
	logsPath = "/_simulator/logs/"
	// logSignature stands for the one in the URL of a package.
	logSignature = "sign=simulator"
)

// Traffic is what a path of a host was asked for.
type Traffic struct{ Requests, Bytes int64 }

// Log is the offline log of a host and an hour.
type Log struct {
	Host  string
	Start time.Time
	// Data is what is downloaded: a gzip file.
	Data []byte
}

func (l Log) name() string { return l.Start.UTC().Format("2006010215") + "-" + l.Host + ".log.gz" }

// span reads the two ends of a time.
func span(from, to string) (start, end time.Time, fail *answer) {
	start, err1 := time.Parse(time.RFC3339, from)
	end, err2 := time.Parse(time.RFC3339, to)
	if err1 != nil || err2 != nil || end.Before(start) {
		return start, end, refused("InvalidParameter", "StartTime and EndTime are times, the second not before the first")
	}
	return start, end, nil
}

// describeTopL7AnalysisData ranks what Options.Traffic has.
func (s *Simulator) describeTopL7AnalysisData(c *call) answer {
	var p struct {
		StartTime, EndTime, MetricName string
		ZoneIDs                        []string `json:"ZoneIds"`
		Limit                          int
		Filters                        []struct {
			Key, Operator string
			Value         []string
		}
	}
	if fail := c.decode(&p); fail != nil {
		return *fail
	}
	start, end, fail := span(p.StartTime, p.EndTime)
	switch {
	case fail != nil:
		return *fail
	case end.Sub(start) > maxTopSpan:
		return refuse("InvalidParameter", "the times are more than 31 days apart")
	case p.Limit < 0 || p.Limit > maxTop:
		return refuse("InvalidParameter", "Limit is at most %d", maxTop)
	}
	hosts := func(host string) bool {
		for _, f := range p.Filters {
			if f.Key == "domain" && f.Operator == "equals" && !slices.Contains(f.Value, host) {
				return false
			}
		}
		return slices.ContainsFunc(p.ZoneIDs, func(id string) bool { z := s.zone(id); return z != nil && z.has(host) })
	}
	values := map[string]int64{}
	for host, paths := range s.o.Traffic {
		for path, t := range paths {
			if !hosts(host) {
				continue
			}
			switch p.MetricName {
			case "l7Flow_request_url":
				values[path] += t.Requests
			case "l7Flow_outFlux_url":
				values[path] += t.Bytes
			case "l7Flow_request_domain":
				values[host] += t.Requests
			default:
				return refuse("InvalidParameter", "the metric %q is not known", p.MetricName)
			}
		}
	}
	ranked := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		return cmp.Or(cmp.Compare(values[b], values[a]), strings.Compare(a, b))
	})
	limit := p.Limit
	orElse(&limit, 10)
	detail := []any{}
	for _, key := range ranked[:min(limit, len(ranked))] {
		detail = append(detail, map[string]any{"Key": key, "Value": values[key]})
	}
	return answer{fields: map[string]any{"TotalCount": 1, "Data": []any{map[string]any{"TypeKey": "1250000000", "DetailData": detail}}}}
}

// downloadL7Logs lists what Options.Logs has.
func (s *Simulator) downloadL7Logs(c *call) answer {
	var p struct {
		page
		StartTime, EndTime string
		ZoneIDs            []string `json:"ZoneIds"`
		Domains            []string
	}
	if fail := c.decode(&p); fail != nil {
		return *fail
	}
	start, end, fail := span(p.StartTime, p.EndTime)
	if fail != nil {
		return *fail
	}
	all := []any{}
	for _, l := range s.o.Logs {
		inZone := slices.ContainsFunc(p.ZoneIDs, func(id string) bool { z := s.zone(id); return z != nil && z.has(l.Host) })
		if !inZone || l.Start.Before(start) || l.Start.After(end) || len(p.Domains) > 0 && !slices.Contains(p.Domains, l.Host) {
			continue
		}
		all = append(all, map[string]any{
			"Domain": l.Host, "Area": "overseas", "LogPacketName": l.name(), "Size": len(l.Data),
			"Url":     "http://" + c.host + logsPath + l.name() + "?" + logSignature,
			"LogTime": l.Start.Unix(), "LogStartTime": l.Start.UTC().Format(time.RFC3339), "LogEndTime": l.Start.Add(time.Hour).UTC().Format(time.RFC3339),
		})
	}
	from, to, fail := p.cut(len(all), maxLogsPage)
	if fail != nil {
		return *fail
	}
	return answer{fields: map[string]any{"TotalCount": len(all), "Data": all[from:to]}}
}

// serveLog is a download. Its URL is all that it takes: credentials have no business there.
func (s *Simulator) serveLog(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	logs := s.o.Logs
	s.mu.Unlock()
	for _, l := range logs {
		if logsPath+l.name() == r.URL.Path && r.URL.RawQuery == logSignature && r.Header.Get("Authorization") == "" {
			w.Header().Set("Content-Type", "application/gzip")
			_, _ = w.Write(l.Data)
			return
		}
	}
	http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
}

// has is whether a host is one of the zone's.
func (z *Zone) has(host string) bool {
	return slices.ContainsFunc(z.Hosts, func(name string) bool {
		suffix, wild := strings.CutPrefix(name, "*")
		return name == host || wild && strings.HasSuffix(host, suffix)
	})
}
