package submitter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"golang.org/x/time/rate"

	"github.com/edgewarm/edgewarm/internal/download"
)

// logsPage is the largest page of DownloadL7Logs.
const logsPage = 300

// LogPackage is one hour of a host's offline log, in gzip.
type LogPackage struct {
	// Name is the package's, such as 2022081102-host.log.gz.
	Name, Host, Area string
	// Start is when its hour begins.
	Start time.Time
	// Size is in bytes. It grows for a day.
	Size int64
	// URL is signed: whoever has it may read the log.
	URL string
}

type logsRequest struct {
	*tchttp.BaseRequest `json:"-"`
	StartTime           *string  `json:"StartTime,omitempty"`
	EndTime             *string  `json:"EndTime,omitempty"`
	ZoneIDs             []string `json:"ZoneIds,omitempty"`
	Offset              *int     `json:"Offset,omitempty"`
	Limit               *int     `json:"Limit,omitempty"`
}

type logsAnswer struct {
	TotalCount int
	Data       []struct {
		Domain, Area, LogPacketName string
		URL                         string `json:"Url"`
		LogStartTime                string
		LogTime, Size               int64
	}
}

// LogPackages lists the offline logs of a zone whose hours begin between two times, with DownloadL7Logs, page after page,
// each request when the limiter lets it go; a nil limiter does not hold.
// https://www.tencentcloud.com/document/product/1145/50500
func (e *EdgeOne) LogPackages(ctx context.Context, limiter *rate.Limiter, zone string, from, to time.Time) ([]LogPackage, error) {
	const op = "DownloadL7Logs"
	start, end, limit := from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339), logsPage
	return allPages(ctx, limiter, op, func(offset int) ([]LogPackage, int, error) {
		answer, err := edgeSend[logsAnswer](ctx, e, &logsRequest{
			BaseRequest: newRequest(op), StartTime: &start, EndTime: &end, ZoneIDs: []string{zone}, Offset: &offset, Limit: &limit,
		})
		if err != nil {
			return nil, 0, err
		}
		list := make([]LogPackage, len(answer.Data))
		for i, d := range answer.Data {
			at, err := time.Parse(time.RFC3339, d.LogStartTime)
			if err != nil {
				at = time.Unix(d.LogTime, 0) // the field that was before
			}
			list[i] = LogPackage{Name: d.LogPacketName, Host: d.Domain, Area: d.Area, Start: at.UTC(), Size: d.Size, URL: d.URL}
		}
		return list, answer.TotalCount, nil
	})
}

var errLogURL = errors.New("the service names no https:// URL for it")

// OpenLog downloads a package. It asks with no credentials: the URL that the service gave is signed, and in no error.
func (e *EdgeOne) OpenLog(ctx context.Context, p LogPackage) (io.ReadCloser, error) {
	const op = "download"
	u, err := url.Parse(p.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && e.isLocal(u)) {
		return nil, &Error{Op: op, Class: ClassOther, Err: fmt.Errorf("%s: %w", clean(p.Name, maxCode), errLogURL)}
	}
	body, err := download.Open(ctx, 0, func(ctx context.Context) (io.ReadCloser, error) { return e.openLog(ctx, u) })
	if err != nil {
		return nil, &Error{Op: op, Class: ClassRetry, Err: fmt.Errorf("%s: %w", clean(p.Name, maxCode), err)}
	}
	return body, nil
}

func (e *EdgeOne) openLog(ctx context.Context, u *url.URL) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errLogURL
	}
	client := http.Client{Transport: e.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return nil, failed.Err // it repeats the URL
	}
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		_ = response.Body.Close()
		return nil, errors.New(response.Status)
	}
	return response.Body, nil
}

// isLocal is whether a URL is on the machine of a simulator that is the endpoint.
func (e *EdgeOne) isLocal(u *url.URL) bool {
	scheme, host, err := parseEndpoint(e.Endpoint)
	return err == nil && scheme == "HTTP" && host == u.Host
}
