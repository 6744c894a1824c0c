package submitter

import (
	"context"
	"errors"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
)

// purgeRequest is CreatePurgeTask's.
type purgeRequest struct {
	*tchttp.BaseRequest `json:"-"`
	ZoneID              *string  `json:"ZoneId,omitempty"`
	Type                *string  `json:"Type,omitempty"`
	Targets             []string `json:"Targets,omitempty"`
}

// purgeURL is the type of a purge of single URLs, and of its quota.
const purgeURL = "purge_url"

// Purge removes the batch's URLs from the caches, with CreatePurgeTask. A prefetch does not overwrite what is cached and
// has not expired, so changed content is purged first. What it returns is as of Prefetch.
func (e *EdgeOne) Purge(ctx context.Context, b Batch) (Receipt, error) {
	const op = "CreatePurgeTask"
	if err := checkTargets(op, b.URLs); err != nil {
		return Receipt{}, err
	}
	kind := purgeURL
	answer, err := edgeSend[jobAnswer](ctx, e, &purgeRequest{BaseRequest: newRequest(op), ZoneID: &b.Zone, Type: &kind, Targets: b.URLs})
	if err != nil {
		return Receipt{}, err
	}
	return answer.receipt(op, b)
}

// ErrNoPurgeQuota is returned by EdgeOne.PurgeQuota when the service does not tell.
var ErrNoPurgeQuota = errors.New("the service does not tell the zone's quota for purging URLs")

// PurgeQuota reads what the zone may still purge, which is another quota than that of prefetching, with
// DescribeContentQuota.
func (e *EdgeOne) PurgeQuota(ctx context.Context, zone string) (Quota, error) {
	const op = "DescribeContentQuota"
	answer, err := edgeSend[quotaAnswer](ctx, e, &quotaRequest{BaseRequest: newRequest(op), ZoneID: &zone})
	if err != nil {
		return Quota{}, err
	}
	for _, q := range answer.PurgeQuota {
		if q.Type == purgeURL {
			return q.quota(), nil
		}
	}
	return Quota{}, &Error{Op: op, Class: ClassOther, Status: 200, Err: ErrNoPurgeQuota}
}
