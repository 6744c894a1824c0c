package edgeonetest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func window() object {
	now := time.Now().UTC()
	return object{"ZoneId": "zone-1", "StartTime": now.Add(-time.Hour).Format(time.RFC3339), "EndTime": now.Add(time.Hour).Format(time.RFC3339)}
}

func with(o object, more object) object {
	for k, v := range more {
		o[k] = v
	}
	return o
}

func filters(pairs ...string) object {
	var list []object
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, object{"Name": pairs[i], "Values": []string{pairs[i+1]}})
	}
	return object{"Filters": list}
}

func TestTasksMoveToTheirEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := oneZone()
		o.TaskTime = 10 * time.Second
		o.Outcomes = []edgeonetest.Outcome{{Glob: "*1.ts", Status: "invalid", FailType: "originPullFailed", Message: "origin answered 404"}, {Glob: "*2.ts", Status: "processing"}}
		c := newClient(t, edgeonetest.New(o))
		job := *c.call("CreatePrefetchTask", prefetch(urls(3)...)).JobID
		statuses := func() (s [3]string) {
			got := c.call("DescribePrefetchTasks", with(object{"ZoneId": "zone-1"}, filters("job-id", job)))
			if got.TotalCount != 3 || got.Tasks[2].Target != "https://cdn.example.com/0.ts" {
				t.Fatalf("got %+v, want the newest first", got)
			}
			for i, task := range got.Tasks {
				s[2-i] = task.Status
			}
			return s
		}
		if got := statuses(); got != [3]string{"processing", "processing", "processing"} {
			t.Errorf("at first: %v", got)
		}
		time.Sleep(10 * time.Second)
		if got := statuses(); got != [3]string{"success", "invalid", "processing"} {
			t.Errorf("in the end: %v", got)
		}
	})
}

func TestTasksAreFiltered(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.TaskTime = -1
	o.Outcomes = []edgeonetest.Outcome{{Glob: "*0.ts", Status: "failed"}}
	c := newClient(t, edgeonetest.New(o))
	first := *c.call("CreatePrefetchTask", prefetch(urls(15)...)).JobID
	c.call("CreatePrefetchTask", prefetch("https://a.vod.example.com/0.ts", "https://cdn.example.com/0.ts"))
	now := time.Now().UTC()
	tests := []struct {
		name       string
		parameters object
		total      int
		code       string
	}{
		{"window", window(), 17, ""},
		{"job", with(object{"ZoneId": "zone-1"}, filters("job-id", first)), 15, ""},
		{"target", with(window(), filters("target", "https://cdn.example.com/0.ts")), 2, ""},
		{"target in job", with(window(), filters("target", "https://cdn.example.com/0.ts", "job-id", first)), 1, ""},
		{"domain", with(window(), filters("domains", "a.vod.example.com")), 1, ""},
		{"status", with(window(), filters("statuses", "failed")), 4, ""},
		{"fuzzy", with(window(), object{"Filters": []object{{"Name": "target", "Values": []string{"vod"}, "Fuzzy": true}}}), 1, ""},
		{"earlier", with(window(), object{"EndTime": now.Add(-time.Minute).Format(time.RFC3339)}), 0, ""},
		{"later", with(window(), object{"StartTime": now.Add(time.Minute).Format(time.RFC3339)}), 0, ""},
		{"page", with(window(), object{"Offset": 10, "Limit": 5}), 17, ""},
		{"past the end", with(window(), object{"Offset": 100}), 17, ""},
		{"no window", object{"ZoneId": "zone-1"}, 0, "MissingParameter"},
		{"no zone", object{}, 0, "MissingParameter"},
		{"half a window", object{"ZoneId": "zone-1", "StartTime": now.Format(time.RFC3339)}, 0, "InvalidParameter"},
		{"8 days", with(window(), object{"StartTime": now.Add(-8 * 24 * time.Hour).Format(time.RFC3339)}), 0, "InvalidParameter"},
		{"backwards", with(window(), object{"StartTime": now.Add(2 * time.Hour).Format(time.RFC3339)}), 0, "InvalidParameter"},
		{"large page", with(window(), object{"Limit": 1001}), 0, "InvalidParameterValue"},
		{"negative", with(window(), object{"Offset": -1}), 0, "InvalidParameterValue"},
		{"two targets", with(window(), object{"Filters": []object{{"Name": "target", "Values": []string{"a", "b"}}}}), 0, "InvalidParameter"},
		{"unknown filter", with(window(), filters("url", "x")), 0, "InvalidParameter"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := newClientAs(t, c).call("DescribePrefetchTasks", tt.parameters)
			if got.Error.Code != tt.code || got.TotalCount != tt.total {
				t.Errorf("got %d tasks and %q (%s), want %d and %q", got.TotalCount, got.Error.Code, got.Error.Message, tt.total, tt.code)
			}
			if tt.name == "page" && len(got.Tasks) != 5 || tt.name == "past the end" && len(got.Tasks) != 0 {
				t.Errorf("the page has %d tasks", len(got.Tasks))
			}
		})
	}
}

// newClientAs is the same client in another test.
func newClientAs(t *testing.T, c *client) *client {
	own := *c
	own.t = t
	return &own
}

func TestTasksAreListedLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := oneZone()
		o.ListDelay = 30 * time.Second
		c := newClient(t, edgeonetest.New(o))
		c.call("CreatePrefetchTask", prefetch(urls(1)...))
		time.Sleep(30*time.Second - time.Nanosecond)
		if got := c.call("DescribePrefetchTasks", window()).TotalCount; got != 0 {
			t.Errorf("got %d at once", got)
		}
		time.Sleep(time.Nanosecond)
		if got := c.call("DescribePrefetchTasks", window()).TotalCount; got != 1 {
			t.Errorf("got %d after the delay", got)
		}
	})
}
