package submitter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// cvmMetadata is where a virtual machine of Tencent Cloud asks for the credentials of its role.
const cvmMetadata = "http://metadata.tencentyun.com/latest/meta-data/cam/security-credentials/"

const (
	// cvmTimeout is short: the service is on the same host, or not there at all. The SDK's provider has none.
	cvmTimeout = 3 * time.Second
	// cvmRenewal is how long before they expire credentials are renewed; the service has new ones by then.
	cvmRenewal = 5 * time.Minute
	// maxMetadata is far above the 2 KiB of an answer.
	maxMetadata = 64 << 10
)

// cvmRole asks for the credentials of the virtual machine's role.
type cvmRole struct {
	base string // empty: cvmMetadata

	mu    sync.Mutex
	now   Credentials
	until time.Time
}

// credentials gives those it has until shortly before they expire, or the service refuses them. When they cannot be
// renewed, they are given until they do.
func (r *cvmRole) credentials(ctx context.Context) (Credentials, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	refused := isRefused(ctx, r.now)
	if time.Until(r.until) > cvmRenewal && !refused {
		return r.now, nil
	}
	c, until, err := r.fetch(ctx)
	switch {
	case err == nil:
		r.now, r.until = c, until
	case time.Now().Before(r.until) && !refused:
	default:
		return Credentials{}, credentialsError("cvm", err, "this works on a Tencent Cloud virtual machine that has a CAM role bound to it")
	}
	return r.now, nil
}

func (r *cvmRole) fetch(ctx context.Context) (Credentials, time.Time, error) {
	base := r.base
	if base == "" {
		base = cvmMetadata
	}
	ctx, cancel := context.WithTimeout(ctx, cvmTimeout)
	defer cancel()
	name, err := metadata(ctx, base)
	if err != nil {
		return Credentials{}, time.Time{}, err
	}
	body, err := metadata(ctx, base+strings.TrimSpace(string(name)))
	if err != nil {
		return Credentials{}, time.Time{}, err
	}
	var a struct {
		TmpSecretID, TmpSecretKey, Token, Code string
		ExpiredTime                            int64
	}
	if json.Unmarshal(body, &a) != nil || a.Code != "Success" || a.TmpSecretID == "" || a.TmpSecretKey == "" {
		return Credentials{}, time.Time{}, errors.New("the metadata service gave no credentials")
	}
	return Credentials{SecretID: a.TmpSecretID, SecretKey: a.TmpSecretKey, Token: a.Token}, time.Unix(a.ExpiredTime, 0), nil
}

// metadata reads one page of the metadata service, past proxies and with no redirect.
func metadata(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, errors.New("the role's name is not one")
	}
	transport := &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: maxAnswerHeader}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the metadata service answered HTTP status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxMetadata+1))
	if err == nil && len(body) > maxMetadata {
		err = fmt.Errorf("the metadata service's answer is larger than %d KiB", maxMetadata>>10)
	}
	return body, err
}
