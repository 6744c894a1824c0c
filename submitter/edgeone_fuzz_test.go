package submitter_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/submitter"
)

// FuzzEdgeOneAnswer gives any body to each method: none panics, and each error is one line of a known class.
func FuzzEdgeOneAnswer(f *testing.F) {
	for _, body := range []string{
		`null`, `{}`, `[]`, `""`, `{"Response":null}`, `{"Response":[]}`, `{"Response":{"Error":null}}`, `{"Response":{"Error":{"Code":"A.B","Message":"\n"}}}`,
		`{"Response":{"JobId":"j","FailedList":null,"RequestId":"r"}}`, `{"Response":{"JobId":"j","FailedList":[{"Reason":"x","Targets":["https://a/%zz",null]}]}}`,
		`{"Response":{"PrefetchQuota":[{"Type":"prefetch_url","Batch":-1,"Daily":5,"DailyAvailable":1e3}]}}`, `{"Response":{"PrefetchQuota":null}}`,
		`{"Response":{"TotalCount":-7,"Tasks":[{"Target":"u","CreateTime":"yesterday"},null]}}`, `{"Response":{"TotalCount":9,"Zones":[{"ZoneId":"z"}],"AccelerationDomains":[{}]}}`,
		`{"code":4100,"codeDesc":"AuthFailure","message":"m"}`, `{"code":0}`, `<html>`, ``, `{"Response":{"JobId":"j"`, strings.Repeat(`[`, 20_000),
	} {
		f.Add(200, []byte(body))
		f.Add(502, []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e := &submitter.EdgeOne{Credentials: canaryKeys, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		})}
		_, prefetch := e.Prefetch(t.Context(), edgeBatch(2))
		_, quota := e.Quota(t.Context(), "z")
		_, _, tasks := e.Tasks(t.Context(), submitter.TaskQuery{Zone: "z", JobID: "j"})
		_, hosts := e.ZoneHosts(t.Context(), nil)
		for _, err := range []error{prefetch, quota, tasks, hosts} {
			if err == nil {
				continue
			}
			if _, ok := errors.AsType[*submitter.Error](err); !ok || strings.ContainsAny(err.Error(), "\n\r\x1b") || submitter.ClassOf(err) == submitter.ClassNone {
				t.Errorf("got %q of class %v", err, submitter.ClassOf(err))
			}
		}
	})
}
