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

// quotaAnswer may have null for the lists.
type quotaAnswer struct {
	PrefetchQuota []quotaEntry `json:"PrefetchQuota"`
	PurgeQuota    []quotaEntry `json:"PurgeQuota"`
}

type quotaEntry struct {
	Type                         string
	Batch, Daily, DailyAvailable int
}

func (q quotaEntry) quota() Quota {
	return Quota{Batch: max(q.Batch, 0), Daily: max(q.Daily, 0), Available: max(q.DailyAvailable, 0)}
}

// ErrNoQuota is returned by EdgeOne.Quota when the zone has no quota for prefetching URLs.
var ErrNoQuota = errors.New("the zone has no quota for prefetching URLs")

// EdgeDaily is what a zone and day have for the mode edge, which has a quota of its own. The API does not tell of it.
const EdgeDaily = 1000

// Quota implements API with DescribeContentQuota. For the mode edge, of which the API tells the size of a batch only, it
// is all of EdgeDaily: what is left of it a Spender knows.
func (e *EdgeOne) Quota(ctx context.Context, zone string) (Quota, error) {
	const op = "DescribeContentQuota"
	answer, err := edgeSend[quotaAnswer](ctx, e, &quotaRequest{BaseRequest: newRequest(op), ZoneID: &zone})
	if err != nil {
		return Quota{}, err
	}
	for _, q := range answer.PrefetchQuota {
		if q.Type == "prefetch_url" {
			if e.Mode == edgeMode {
				return Quota{Batch: max(q.Batch, 0), Daily: EdgeDaily, Available: EdgeDaily}, nil
			}
			return q.quota(), nil
		}
	}
	return Quota{}, &Error{Op: op, Class: ClassOther, Status: 200, Err: ErrNoQuota, Hint: "see the plan of zone " + clean(zone, maxCode) + " in the EdgeOne console"}
}
