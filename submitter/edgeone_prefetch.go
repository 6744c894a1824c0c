package submitter

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
)

// prefetchRequest is CreatePrefetchTask's. Optional fields are pointers or slices: the SDK's encoder leaves out nil
// alone, and sends an empty string or a 0 in spite of omitempty.
type prefetchRequest struct {
	*tchttp.BaseRequest   `json:"-"`
	ZoneID                *string      `json:"ZoneId,omitempty"`
	Targets               []string     `json:"Targets,omitempty"`
	Mode                  *string      `json:"Mode,omitempty"`
	Headers               []edgeHeader `json:"Headers,omitempty"`
	PrefetchMediaSegments *string      `json:"PrefetchMediaSegments,omitempty"`
}

type edgeHeader struct {
	Name  string `json:"Name"`
	Value string `json:"Value"`
}

// jobAnswer is what CreatePrefetchTask and CreatePurgeTask give back. FailedList may be null.
type jobAnswer struct {
	JobID      string        `json:"JobId"`
	RequestID  string        `json:"RequestId"`
	FailedList []failedGroup `json:"FailedList"`
}

type failedGroup struct {
	Reason  string   `json:"Reason"`
	Targets []string `json:"Targets"`
}

var (
	errNoTargets = errors.New("the batch has no targets")
	errNoJob     = errors.New("the answer has no JobId")
)

// Prefetch implements API with CreatePrefetchTask. A batch that holds what cannot be a URL is not sent, and is of
// ClassBadTarget; one whose answer lacks the job's identifier is of ClassUnknown.
func (e *EdgeOne) Prefetch(ctx context.Context, b Batch) (Receipt, error) {
	const op = "CreatePrefetchTask"
	if err := CheckHeaders(e.Headers); err != nil {
		return Receipt{}, &Error{Op: op, Class: ClassOther, Err: err, Hint: "take it out of submit.headers"}
	}
	if err := checkTargets(op, b.URLs); err != nil {
		return Receipt{}, err
	}
	req := &prefetchRequest{BaseRequest: newRequest(op), ZoneID: &b.Zone, Targets: b.URLs}
	if e.Mode != "" {
		req.Mode = &e.Mode
	}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		req.Headers = append(req.Headers, edgeHeader{name, e.Headers[name]})
	}
	segments := e.Segments && b.Resolved()
	if segments {
		on := "on"
		req.PrefetchMediaSegments = &on
	}
	answer, err := edgeSend[jobAnswer](ctx, e, req)
	if err != nil {
		e.notAllowed(err, segments)
		return Receipt{}, err
	}
	e.allowed(segments)
	return answer.receipt(op, b)
}

// checkTargets refuses what the wire would change, or the service would read as something else.
func checkTargets(op string, urls []string) error {
	if len(urls) == 0 {
		return &Error{Op: op, Class: ClassOther, Err: errNoTargets}
	}
	for _, u := range urls {
		if why := targetFault(u); why != "" {
			return &Error{Op: op, Class: ClassBadTarget, Err: fmt.Errorf("target %s: %s", clean(fmt.Sprintf("%q", u), 200), why)}
		}
	}
	return nil
}

func targetFault(target string) string {
	for i := range len(target) {
		if c := target[i]; c <= ' ' || c >= 0x7f {
			return "it holds a byte that is not percent-encoded"
		}
	}
	u, err := url.Parse(target)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "it is not an http or https URL"
	case u.User != nil:
		return "it holds a user name"
	}
	return ""
}

// receipt counts as accepted what is not on the FailedList.
func (a *jobAnswer) receipt(op string, b Batch) (Receipt, error) {
	failed := a.failures(b.URLs)
	refused := make(map[string]bool, len(failed))
	for _, f := range failed {
		refused[f.URL] = true
	}
	accepted := 0
	for _, u := range b.URLs {
		if !refused[u] {
			accepted++
		}
	}
	if a.JobID == "" && accepted > 0 {
		return Receipt{}, &Error{Op: op, Class: ClassUnknown, Status: 200, RequestID: clean(a.RequestID, maxCode), Err: errNoJob}
	}
	return Receipt{Batch: b.ID, Zone: b.Zone, JobID: a.JobID, RequestID: a.RequestID, Accepted: accepted, Failed: failed, Attempts: b.Attempts}, nil
}

// failures flattens the FailedList, each URL once, in the batch's own spelling where it is only escaped differently.
func (a *jobAnswer) failures(sent []string) []Failure {
	if len(a.FailedList) == 0 {
		return nil
	}
	spelling := make(map[string]string, 2*len(sent))
	for _, u := range sent {
		spelling[unescaped(u)] = u
	}
	for _, u := range sent {
		spelling[u] = u
	}
	var out []Failure
	seen := make(map[string]bool)
	for _, group := range a.FailedList {
		for _, u := range group.Targets {
			if own, ok := spelling[u]; ok {
				u = own
			} else if own, ok := spelling[unescaped(u)]; ok {
				u = own
			}
			if !seen[u] {
				seen[u] = true
				out = append(out, Failure{URL: u, Reason: clean(group.Reason, maxMessage)})
			}
		}
	}
	return out
}

func unescaped(u string) string {
	if plain, err := url.PathUnescape(u); err == nil {
		return plain
	}
	return u
}
