package submitter

import (
	"context"
	"time"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
)

// Metric is what DescribeTopL7AnalysisData ranks.
type Metric string

// The metrics that tell of demand.
const (
	RequestsByURL    Metric = "l7Flow_request_url"
	BytesByURL       Metric = "l7Flow_outFlux_url"
	RequestsByDomain Metric = "l7Flow_request_domain"
)

const (
	// MaxTop is how many entries one ranking has.
	MaxTop = 1000
	// MaxTopSpan is how far apart the ends of a ranking may be.
	MaxTopSpan = 31 * 24 * time.Hour
)

// Ranked is one entry of a ranking: a path without its host, or a host, and its requests or bytes.
type Ranked struct {
	Key   string
	Value float64
}

type topRequest struct {
	*tchttp.BaseRequest `json:"-"`
	StartTime           *string     `json:"StartTime,omitempty"`
	EndTime             *string     `json:"EndTime,omitempty"`
	MetricName          *string     `json:"MetricName,omitempty"`
	ZoneIDs             []string    `json:"ZoneIds,omitempty"`
	Limit               *int        `json:"Limit,omitempty"`
	Filters             []topFilter `json:"Filters,omitempty"`
}

type topFilter struct {
	Key      string
	Operator string
	Value    []string
}

// topAnswer may have null for either list.
type topAnswer struct {
	Data []struct {
		DetailData []Ranked
	}
}

// Top ranks the URLs or hosts of a zone between two times, at most MaxTopSpan apart, with DescribeTopL7AnalysisData, most
// first and at most MaxTop. A host bounds it to that one; paths of several hosts would run together without.
// https://www.tencentcloud.com/document/product/1145/55704
func (e *EdgeOne) Top(ctx context.Context, metric Metric, zone, host string, from, to time.Time) ([]Ranked, error) {
	start, end, name, limit := from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339), string(metric), MaxTop
	req := &topRequest{
		BaseRequest: newRequest("DescribeTopL7AnalysisData"),
		StartTime:   &start, EndTime: &end, MetricName: &name, ZoneIDs: []string{zone}, Limit: &limit,
	}
	if host != "" {
		req.Filters = []topFilter{{Key: "domain", Operator: "equals", Value: []string{host}}}
	}
	answer, err := edgeSend[topAnswer](ctx, e, req)
	if err != nil {
		return nil, err
	}
	var all []Ranked
	for _, d := range answer.Data {
		all = append(all, d.DetailData...)
	}
	return all, nil
}
