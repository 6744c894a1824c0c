package warm

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/submitter"
)

// checkPermissions tries the reading actions that a run needs and that were not tried yet, on the first zone. What only
// spends cannot be tried for nothing: the policy names it.
func (w *Warmer) checkPermissions(ctx context.Context, zone string, tell func(Finding)) {
	if w.edge == nil {
		return
	}
	const op = "DescribePrefetchTasks"
	now := time.Now()
	q := submitter.TaskQuery{Zone: zone, From: now.Add(-time.Hour), To: now, Limit: 1}
	for _, err := range w.submitter().Tasks(ctx, q) {
		if err != nil {
			tell(Finding{What: "permission teo:" + op, Err: err, Hint: hintOf(err, "")})
			return
		}
		break
	}
	tell(Finding{What: "permission teo:" + op, Detail: "granted; teo:CreatePrefetchTask cannot be tried without spending: edgewarm check --policy prints all that a run needs"})
}

// actions are those that a run calls: all but the last on single zones.
var actions = []string{
	"CreatePrefetchTask", "CreatePurgeTask", "DescribePrefetchTasks", "DescribeContentQuota", "DescribeAccelerationDomains", "DescribeZones",
}

// Policy is the least CAM policy with which a run works, as JSON: on the zones of the config, or on all where it names
// none. UIN stands for the account's number.
func (w *Warmer) Policy() ([]byte, error) {
	type statement struct {
		Effect   string   `json:"effect"`
		Action   []string `json:"action"`
		Resource []string `json:"resource"`
	}
	single := statement{Effect: "allow"}
	for _, action := range actions[:len(actions)-1] {
		single.Action = append(single.Action, "teo:"+action)
	}
	for _, zone := range slices.Sorted(maps.Keys(w.Config.Account.Zones)) {
		single.Resource = append(single.Resource, fmt.Sprintf("qcs::teo::uin/UIN:zone/%s", zone))
	}
	statements := []statement{single}
	if _, every := w.Config.Account.Zones[everyZone]; every || len(single.Resource) == 0 {
		statements[0].Resource = []string{"qcs::teo::uin/UIN:zone/*"}
		action, resource := submitter.Permission("DescribeZones")
		statements = append(statements, statement{"allow", []string{action}, []string{resource}})
	}
	return json.MarshalIndent(map[string]any{"version": "2.0", "statement": statements}, "", "  ")
}
