package edgeonetest_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func TestQuotaDay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 15, 59, 59, 0, time.UTC) // a second before midnight in UTC+8
	o := oneZone()
	o.Now = func() time.Time { return now }
	o.Zones[0].Batch, o.Zones[0].Daily = 7, 9
	s := edgeonetest.New(o)
	c := newClient(t, s)
	c.now = o.Now
	c.call("CreatePrefetchTask", prefetch(urls(4)...))
	s.Spend("zone-1", 3)
	available := func() int {
		q := c.call("DescribeContentQuota", object{"ZoneId": "zone-1"}).PrefetchQuota
		if len(q) != 1 || q[0].Type != "prefetch_url" || q[0].Batch != 7 || q[0].Daily != 9 {
			t.Fatalf("got %+v", q)
		}
		return q[0].DailyAvailable
	}
	if got := available(); got != 2 {
		t.Errorf("got %d left, want 2", got)
	}
	now = now.Add(time.Second)
	if got := available(); got != 9 {
		t.Errorf("got %d left on the next day, want 9", got)
	}
}

func TestQuotaChanges(t *testing.T) {
	t.Parallel()
	o := oneZone()
	var s *edgeonetest.Simulator
	o.Before = func(number int, action string) {
		if number == 2 && action == "CreatePrefetchTask" {
			s.Update(func(o *edgeonetest.Options) { o.Batch, o.NullQuota = 1, true })
		}
	}
	s = edgeonetest.New(o)
	c := newClient(t, s)
	for _, want := range []string{"", "LimitExceeded.BatchQuota"} {
		if got := c.call("CreatePrefetchTask", prefetch(urls(2)...)).Error.Code; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := c.call("DescribeContentQuota", object{"ZoneId": "zone-1"}); got.PrefetchQuota != nil || got.Error.Code != "" {
		t.Errorf("got %+v, want null", got)
	}
}

func TestNoQuota(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.Daily = -1
	if got := newClient(t, edgeonetest.New(o)).call("CreatePrefetchTask", prefetch(urls(1)...)).Error.Code; got != "LimitExceeded.DailyQuota" {
		t.Errorf("got %q", got)
	}
}

func TestZones(t *testing.T) {
	t.Parallel()
	o := edgeonetest.Options{Rate: -1}
	for i := range 130 {
		o.Zones = append(o.Zones, edgeonetest.Zone{ID: "zone-" + strconv.Itoa(i), Name: strconv.Itoa(i) + ".example", Hosts: []string{"a.example", "*.b.example"}, Offline: []string{"c.example"}})
	}
	c := newClient(t, edgeonetest.New(o))
	if got := c.call("DescribeZones", object{"Offset": 100, "Limit": 100}); got.TotalCount != 130 || len(got.Zones) != 30 || got.Zones[0].ZoneID != "zone-100" {
		t.Errorf("got %d of %d", len(got.Zones), got.TotalCount)
	}
	if got := c.call("DescribeZones", object{}); len(got.Zones) != 20 {
		t.Errorf("got a page of %d, want 20 when no limit is said", len(got.Zones))
	}
	if got := c.call("DescribeZones", filters("zone-id", "zone-7")); got.TotalCount != 1 || got.Zones[0].ZoneName != "7.example" {
		t.Errorf("got %+v", got)
	}
	if got := c.call("DescribeZones", object{"Limit": 101}).Error.Code; got != "InvalidParameterValue" {
		t.Errorf("got %q", got)
	}
	got := c.call("DescribeAccelerationDomains", object{"ZoneId": "zone-0", "Limit": 200})
	if len(got.AccelerationDomains) != 3 || got.AccelerationDomains[1].DomainName != "*.b.example" || got.AccelerationDomains[2].DomainStatus != "offline" {
		t.Errorf("got %+v", got)
	}
	if got := c.call("DescribeAccelerationDomains", object{"ZoneId": "zone-x"}).Error.Code; got != "InvalidParameter.ZoneNotFound" {
		t.Errorf("got %q", got)
	}
	if got := c.call("DescribeAccelerationDomains", object{"ZoneId": "zone-0", "Limit": 201}).Error.Code; got != "InvalidParameterValue" {
		t.Errorf("got %q", got)
	}
}
