package edgeonetest_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func urls(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("https://cdn.example.com/%d.ts", i)
	}
	return out
}

func TestPrefetch(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.Batch, o.Daily = 3, 5
	o.Zones = append(o.Zones, edgeonetest.Zone{ID: "zone-p", Hosts: []string{"p.example.org"}, Paused: true})
	o.Bad = []edgeonetest.Match{{Glob: "*/bad/*"}}
	o.Deny = []string{"CreatePurgeTask"}
	ok := "https://cdn.example.com/a"
	tests := []struct {
		name, action string
		parameters   any
		code         string
	}{
		{"one", "", prefetch(ok), ""},
		{"host with port, wildcard, http", "", prefetch("https://cdn.example.com:8443/a", "http://a.b.vod.example.com/x?y#z"), ""},
		{"options", "", object{"ZoneId": "zone-1", "Targets": []string{ok}, "Mode": "default", "PrefetchMediaSegments": "off", "EncodeUrl": false, "Headers": []object{{"Name": "Origin", "Value": "https://x"}}}, ""},
		{"too many", "", prefetch(urls(4)...), "LimitExceeded.BatchQuota"},
		{"none", "", prefetch(), "MissingParameter"},
		{"no zone", "", object{"Targets": []string{ok}}, "MissingParameter"},
		{"unknown zone", "", object{"ZoneId": "zone-2", "Targets": []string{ok}}, "InvalidParameter.ZoneNotFound"},
		{"all zones", "", object{"ZoneId": "*", "Targets": []string{ok}}, "InvalidParameter.ZoneNotFound"},
		{"paused", "", object{"ZoneId": "zone-p", "Targets": []string{"https://p.example.org/"}}, "FailedOperation.InvalidZoneStatus"},
		{"another host", "", prefetch(ok, "https://www.example.com/a"), "InvalidParameter.DomainNotFound"},
		{"the wildcard's own name", "", prefetch("https://vod.example.com/a"), "InvalidParameter.DomainNotFound"},
		{"no scheme", "", prefetch("cdn.example.com/a"), "InvalidParameter.Target"},
		{"ftp", "", prefetch("ftp://cdn.example.com/a"), "InvalidParameter.Target"},
		{"space", "", prefetch("https://cdn.example.com/a b"), "InvalidParameter.Target"},
		{"not escaped", "", prefetch("https://cdn.example.com/é"), "InvalidParameter.Target"},
		{"user", "", prefetch("https://u:p@cdn.example.com/"), "InvalidParameter.Target"},
		{"long", "", prefetch(ok + strings.Repeat("a", 9000)), "InvalidParameter.Target"},
		{"chosen", "", prefetch(ok, "https://cdn.example.com/bad/1"), "InvalidParameter.Target"},
		{"mode", "", object{"ZoneId": "zone-1", "Targets": []string{ok}, "Mode": "Edge"}, "InvalidParameter.ParameterError"},
		{"edge", "", object{"ZoneId": "zone-1", "Targets": []string{ok}, "Mode": "edge"}, "InvalidParameter.ParameterError"},
		{"segments in capitals", "", object{"ZoneId": "zone-1", "Targets": []string{ok}, "PrefetchMediaSegments": "On"}, "InvalidParameter.ParameterError"},
		{"segments", "", object{"ZoneId": "zone-1", "Targets": []string{ok}, "PrefetchMediaSegments": "on"}, "InvalidParameter.ParameterError"},
		{"headers", "", object{"ZoneId": "zone-1", "Targets": []string{ok}, "Headers": slices.Repeat([]object{{"Name": "A", "Value": "b"}}, 21)}, "InvalidParameter.ParameterError"},
		{"header with a line break", "", object{"ZoneId": "zone-1", "Targets": []string{ok}, "Headers": []object{{"Name": "A", "Value": "b\r\nc"}}}, "InvalidParameter.ParameterError"},
		{"unknown parameter", "", object{"ZoneId": "zone-1", "Targets": []string{ok}, "Url": ok}, "UnknownParameter"},
		{"small letters", "", object{"zoneId": "zone-1", "Targets": []string{ok}}, "UnknownParameter"},
		{"wrong type", "", object{"ZoneId": "zone-1", "Targets": ok}, "InvalidParameter"},
		{"not JSON", "", "ZoneId=zone-1", "InvalidParameter"},
		{"too large", "", "{\"a\":\"" + strings.Repeat("a", 11<<20) + "\"}", "AuthFailure.SignatureFailure"},
		{"denied", "CreatePurgeTask", object{"ZoneId": "zone-1", "Type": "purge_url", "Targets": []string{ok}}, "UnauthorizedOperation.CamUnauthorized"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := edgeonetest.New(o)
			action := tt.action
			if action == "" {
				action = "CreatePrefetchTask"
			}
			got := newClient(t, s).call(action, tt.parameters)
			if got.Error.Code != tt.code {
				t.Errorf("got %q (%s), want %q", got.Error.Code, got.Error.Message, tt.code)
			}
			if taken := s.Summary().Accepted > 0; taken != (tt.code == "") {
				t.Errorf("accepted %v with the code %q", taken, got.Error.Code)
			}
			if tt.code == "" && (got.JobID == nil || *got.JobID == "" || got.FailedList != nil) {
				t.Errorf("got %+v, want a job and no failures", got)
			}
		})
	}
}

func TestDailyQuotaIsKept(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.Daily = 5
	s := edgeonetest.New(o)
	c := newClient(t, s)
	for i, want := range []string{"", "LimitExceeded.DailyQuota", "", "LimitExceeded.DailyQuota"} {
		n := []int{3, 3, 2, 1}[i]
		if got := c.call("CreatePrefetchTask", prefetch(urls(n)...)).Error.Code; got != want {
			t.Errorf("call %d: got %q, want %q", i, got, want)
		}
	}
	if got := s.Summary(); got.Accepted != 5 || got.Quota["zone-1"] != (edgeonetest.Quota{Batch: 1000, Daily: 5, Available: 0, Used: 5}) {
		t.Errorf("got %+v", got)
	}
}

func TestFailedList(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.Fail = []edgeonetest.Match{{Glob: "*1.ts", Reason: "no such object"}}
	for _, charge := range []bool{false, true} {
		o.ChargeFailed = charge
		s := edgeonetest.New(o)
		got := newClient(t, s).call("CreatePrefetchTask", prefetch(urls(3)...))
		if len(got.FailedList) != 1 || got.FailedList[0].Reason != "no such object" || !reflect.DeepEqual(got.FailedList[0].Targets, []any{"https://cdn.example.com/1.ts"}) {
			t.Errorf("FailedList is %+v", got.FailedList)
		}
		sum := s.Summary()
		if want := map[bool]int{false: 2, true: 3}[charge]; sum.Accepted != 2 || sum.Quota["zone-1"].Used != want {
			t.Errorf("accepted %d, used %d, want 2 and %d", sum.Accepted, sum.Quota["zone-1"].Used, want)
		}
	}
}

func TestAllZones(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.AllZones = true
	o.Zones = append(o.Zones, edgeonetest.Zone{ID: "zone-2", Hosts: []string{"a.vod.example.com", "b.example.org"}})
	s := edgeonetest.New(o)
	got := newClient(t, s).call("CreatePrefetchTask", object{"ZoneId": "*", "Targets": []string{
		"https://cdn.example.com/", "https://a.vod.example.com/", "https://c.vod.example.com/", "https://b.example.org/"}})
	if got.Error.Code != "" {
		t.Fatal(got.Error)
	}
	var zones []string
	for _, a := range s.Accepted() {
		zones = append(zones, a.Zone)
	}
	if want := []string{"zone-1", "zone-2", "zone-1", "zone-2"}; !slices.Equal(zones, want) {
		t.Errorf("zones are %v, want %v: the exact name comes before the wildcard", zones, want)
	}
}

func TestSegmentsAreDroppedSilently(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.AllowSegments, o.Daily = true, 4
	o.Segments = func(playlist string) []string { return urls(10) }
	s := edgeonetest.New(o)
	got := newClient(t, s).call("CreatePrefetchTask", object{"ZoneId": "zone-1", "Targets": []string{"https://cdn.example.com/a.m3u8"}, "PrefetchMediaSegments": "on"})
	if got.Error.Code != "" || got.FailedList != nil {
		t.Errorf("got %+v, want no word of what was dropped", got)
	}
	if sum := s.Summary(); sum.Accepted != 4 || sum.Parsed != 3 || sum.Dropped != 7 || sum.Quota["zone-1"].Available != 0 {
		t.Errorf("got %+v", sum)
	}
}

func TestEdgeModeHasItsOwnQuota(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.AllowEdge, o.EdgeDaily = true, 2
	s := edgeonetest.New(o)
	c := newClient(t, s)
	edge := func(n int) string {
		return c.call("CreatePrefetchTask", object{"ZoneId": "zone-1", "Targets": urls(n), "Mode": "edge"}).Error.Code
	}
	if got := edge(3); got != "LimitExceeded.DailyQuota" {
		t.Errorf("got %q", got)
	}
	if got := edge(2); got != "" || s.Summary().Quota["zone-1"].Used != 0 {
		t.Errorf("got %q, used %d", got, s.Summary().Quota["zone-1"].Used)
	}
}

func TestPurge(t *testing.T) {
	t.Parallel()
	s := edgeonetest.New(oneZone())
	c := newClient(t, s)
	if got := c.call("CreatePurgeTask", object{"ZoneId": "zone-1", "Type": "purge_url", "Targets": urls(2)}); got.Error.Code != "" || *got.JobID == "" {
		t.Errorf("got %+v", got)
	}
	for want, p := range map[string]object{
		"InvalidParameter.ParameterError": {"ZoneId": "zone-1", "Type": "purge_all"},
		"MissingParameter":                {"ZoneId": "zone-1", "Type": "purge_url"},
		"LimitExceeded.BatchQuota":        {"ZoneId": "zone-1", "Type": "purge_url", "Targets": urls(1001)},
		"InvalidParameter.Target":         {"ZoneId": "zone-1", "Type": "purge_url", "Targets": []string{"x"}},
	} {
		if got := c.call("CreatePurgeTask", p).Error.Code; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := s.Purged(); len(got) != 2 || got[1].URL != "https://cdn.example.com/1.ts" || s.Summary().Accepted != 0 {
		t.Errorf("got %+v", got)
	}
}
