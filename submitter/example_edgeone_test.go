package submitter_test

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/time/rate"

	"github.com/edgewarm/edgewarm/submitter"
)

// The credentials come from TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY unless said otherwise.
func ExampleEdgeOne() {
	ctx := context.Background()
	api := &submitter.EdgeOne{Endpoint: "teo.tencentcloudapi.com"}
	defer api.Close()
	hosts, err := api.ZoneHosts(ctx, rate.NewLimiter(20, 1))
	if err != nil {
		if e, ok := errors.AsType[*submitter.Error](err); ok && e.Hint != "" {
			fmt.Println("hint:", e.Hint)
		}
		return
	}
	for zone := range hosts {
		quota, err := api.Quota(ctx, zone)
		fmt.Println(zone, quota.Available, err)
	}
}

func ExampleCheckHeaders() {
	fmt.Println(submitter.CheckHeaders(map[string]string{"Origin": "https://www.example.com"}))
	fmt.Println(submitter.CheckHeaders(map[string]string{"X-Forwarded-Host": "evil.example"}))
	// Output:
	// <nil>
	// header is refused: X-Forwarded-Host: it picks another site
}

func ExampleClassOf() {
	err := &submitter.Error{Op: "CreatePrefetchTask", Code: "LimitExceeded.DailyQuota"}
	fmt.Println(submitter.ClassOf(err))
	// Output: daily quota
}
