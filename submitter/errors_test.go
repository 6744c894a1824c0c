package submitter_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/edgewarm/edgewarm/submitter"
)

func TestClassOf(t *testing.T) {
	t.Parallel()
	code := func(c string) error { return &submitter.Error{Op: "CreatePrefetchTask", Code: c, Status: 200} }
	status := func(s int) error { return &submitter.Error{Op: "CreatePrefetchTask", Status: s} }
	tests := []struct {
		name string
		err  error
		want submitter.Class
	}{
		{"nil", nil, submitter.ClassNone},
		{"plain error", errors.New("boom"), submitter.ClassUnknown},
		{"context", context.DeadlineExceeded, submitter.ClassUnknown},
		{"wrapped", fmt.Errorf("batch 7: %w", code("LimitExceeded.DailyQuota")), submitter.ClassDailyQuota},
		{"said", &submitter.Error{Code: "InternalError", Class: submitter.ClassRetry}, submitter.ClassRetry},
		{"nothing known", &submitter.Error{Op: "x"}, submitter.ClassUnknown},

		{"backend", code("InternalError.BackendError"), submitter.ClassUnknown},
		{"domain config", code("InternalError.DomainConfig"), submitter.ClassUnknown},
		{"generate", code("InternalError.FailedToGenerateUrl"), submitter.ClassUnknown},
		{"quota system", code("InternalError.QuotaSystem"), submitter.ClassUnknown},
		{"internal", code("InternalError"), submitter.ClassUnknown},
		{"domain not found", code("InvalidParameter.DomainNotFound"), submitter.ClassBadTarget},
		{"target", code("InvalidParameter.Target"), submitter.ClassBadTarget},
		{"no task", code("InvalidParameter.TaskNotGenerated"), submitter.ClassBadTarget},
		{"upload", code("InvalidParameter.UploadUrl"), submitter.ClassBadTarget},
		{"parameter", code("InvalidParameter.ParameterError"), submitter.ClassBadTarget},
		{"no word on which parameter", code("InvalidParameter"), submitter.ClassBadTarget},
		{"zone status", code("FailedOperation.InvalidZoneStatus"), submitter.ClassOther},
		{"failed", code("FailedOperation"), submitter.ClassUnknown},
		{"another parameter", code("InvalidParameter.ZoneNotFound"), submitter.ClassOther},
		{"batch", code("LimitExceeded.BatchQuota"), submitter.ClassBatchQuota},
		{"body too large", code("RequestSizeLimitExceeded"), submitter.ClassBatchQuota},
		{"daily", code("LimitExceeded.DailyQuota"), submitter.ClassDailyQuota},
		{"another limit", code("LimitExceeded"), submitter.ClassOther},
		{"cam", code("UnauthorizedOperation.CamUnauthorized"), submitter.ClassUnauthorized},
		{"auth", code("AuthFailure.SignatureFailure"), submitter.ClassUnauthorized},
		{"rate", code("RequestLimitExceeded"), submitter.ClassSlowDown},
		{"rate of the account", code("RequestLimitExceeded.UinLimitExceeded"), submitter.ClassSlowDown},
		{"only alike", code("RequestLimitExceededness"), submitter.ClassOther},
		{"of the future", code("Novelty.One"), submitter.ClassOther},

		{"redirect", status(302), submitter.ClassOther},
		{"not found", status(404), submitter.ClassOther},
		{"forbidden", status(403), submitter.ClassUnauthorized},
		{"request time-out", status(408), submitter.ClassUnknown},
		{"too large", status(413), submitter.ClassBatchQuota},
		{"too many", status(429), submitter.ClassSlowDown},
		{"bad gateway", status(502), submitter.ClassUnknown},
		{"html with 200", status(200), submitter.ClassUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := submitter.ClassOf(tt.err); got != tt.want {
				t.Errorf("ClassOf(%v) = %v, want %v", tt.err, got, tt.want)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	cause := errors.New("unexpected EOF")
	tests := []struct {
		err  *submitter.Error
		want string
	}{
		{&submitter.Error{Op: "DescribeZones", Code: "AuthFailure", Message: "no.", RequestID: "r-1", Status: 200, Hint: "h"}, "DescribeZones: AuthFailure: no. (request r-1)"},
		{&submitter.Error{Op: "DescribeZones", Status: 502, Err: cause}, "DescribeZones: HTTP status 502: unexpected EOF"},
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("Error() = %q, want %q", got, tt.want)
		}
	}
	if !errors.Is(tests[1].err, cause) {
		t.Error("the cause is not wrapped")
	}
	for c := submitter.ClassNone; c <= submitter.ClassOther; c++ {
		if c.String() == "" {
			t.Errorf("class %d has no name", int(c))
		}
	}
	if got := submitter.Class(99).String(); got != "class 99" {
		t.Errorf("got %q", got)
	}
}
