package submitter

import (
	"context"
	"time"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
)

// maxTasks is the largest page of DescribePrefetchTasks.
const maxTasks = 1000

// tasksRequest is DescribePrefetchTasks'.
type tasksRequest struct {
	*tchttp.BaseRequest `json:"-"`
	ZoneID              *string      `json:"ZoneId,omitempty"`
	StartTime           *string      `json:"StartTime,omitempty"`
	EndTime             *string      `json:"EndTime,omitempty"`
	Offset              *int         `json:"Offset,omitempty"`
	Limit               *int         `json:"Limit,omitempty"`
	Filters             []edgeFilter `json:"Filters,omitempty"`
}

type edgeFilter struct {
	Name   string   `json:"Name"`
	Values []string `json:"Values"`
}

type tasksAnswer struct {
	TotalCount int `json:"TotalCount"`
	Tasks      []struct {
		JobID       string `json:"JobId"`
		Target      string
		Status      string
		CreateTime  string
		UpdateTime  string
		FailType    string
		FailMessage string
	} `json:"Tasks"`
}

// Tasks implements API with DescribePrefetchTasks. A Limit of 0 is the largest page, 1000. Statuses are as the service
// writes them; a time that cannot be read is zero.
func (e *EdgeOne) Tasks(ctx context.Context, q TaskQuery) ([]Task, int, error) {
	answer, err := edgeSend[tasksAnswer](ctx, e, newTasksRequest(q))
	if err != nil {
		return nil, 0, err
	}
	tasks := make([]Task, len(answer.Tasks))
	for i, t := range answer.Tasks {
		tasks[i] = Task{
			JobID: t.JobID, URL: t.Target, Status: t.Status,
			Created: parseTime(t.CreateTime), Updated: parseTime(t.UpdateTime),
			FailType: clean(t.FailType, maxCode), Reason: clean(t.FailMessage, maxMessage),
		}
	}
	return tasks, max(answer.TotalCount, 0), nil
}

func newTasksRequest(q TaskQuery) *tasksRequest {
	limit := q.Limit
	if limit <= 0 || limit > maxTasks {
		limit = maxTasks
	}
	offset := max(q.Offset, 0)
	req := &tasksRequest{BaseRequest: newRequest("DescribePrefetchTasks"), ZoneID: &q.Zone, Offset: &offset, Limit: &limit}
	req.StartTime = apiTime(q.From)
	if !q.To.IsZero() {
		// The API has whole seconds: what was created within the last one is asked for too.
		req.EndTime = apiTime(q.To.Add(time.Second - time.Nanosecond))
	}
	if q.JobID != "" {
		req.Filters = append(req.Filters, edgeFilter{"job-id", []string{q.JobID}})
	}
	if q.Target != "" {
		req.Filters = append(req.Filters, edgeFilter{"target", []string{q.Target}})
	}
	return req
}

// apiTime is nil for the zero time, so that it is not sent.
func apiTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Truncate(time.Second).Format(time.RFC3339)
	return &s
}

func parseTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
