package submitter

import (
	"context"
	"errors"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
)

// quotaRequest is DescribeContentQuota's.
type quotaRequest struct {
	*tchttp.BaseRequest `json:"-"`
	ZoneID              *string `json:"ZoneId,omitempty"`
}

// quotaAnswer may have null for the list.
type quotaAnswer struct {
	PrefetchQuota []struct {
		Type                         string
		Batch, Daily, DailyAvailable int
	} `json:"PrefetchQuota"`
}

// ErrNoQuota is returned by EdgeOne.Quota when the zone has no quota for prefetching URLs.
var ErrNoQuota = errors.New("the zone has no quota for prefetching URLs")

// Quota implements API with DescribeContentQuota.
func (e *EdgeOne) Quota(ctx context.Context, zone string) (Quota, error) {
	const op = "DescribeContentQuota"
	answer, err := edgeSend[quotaAnswer](ctx, e, &quotaRequest{BaseRequest: newRequest(op), ZoneID: &zone})
	if err != nil {
		return Quota{}, err
	}
	for _, q := range answer.PrefetchQuota {
		if q.Type == "prefetch_url" {
			return Quota{Batch: max(q.Batch, 0), Daily: max(q.Daily, 0), Available: max(q.DailyAvailable, 0)}, nil
		}
	}
	return Quota{}, &Error{Op: op, Class: ClassOther, Status: 200, Err: ErrNoQuota, Hint: "see the plan of zone " + clean(zone, maxCode) + " in the EdgeOne console"}
}
