package submitter

import (
	"context"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
)

// purgeRequest is CreatePurgeTask's.
type purgeRequest struct {
	*tchttp.BaseRequest `json:"-"`
	ZoneID              *string  `json:"ZoneId,omitempty"`
	Type                *string  `json:"Type,omitempty"`
	Targets             []string `json:"Targets,omitempty"`
}

// Purge removes the batch's URLs from the caches, with CreatePurgeTask. A prefetch does not overwrite what is cached and
// has not expired, so changed content is purged first. What it returns is as of Prefetch.
func (e *EdgeOne) Purge(ctx context.Context, b Batch) (Receipt, error) {
	const op = "CreatePurgeTask"
	if err := checkTargets(op, b.URLs); err != nil {
		return Receipt{}, err
	}
	kind := "purge_url"
	answer, err := edgeSend[jobAnswer](ctx, e, &purgeRequest{BaseRequest: newRequest(op), ZoneID: &b.Zone, Type: &kind, Targets: b.URLs})
	if err != nil {
		return Receipt{}, err
	}
	return answer.receipt(op, b)
}
