package submitter

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerr "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
)

func profileCredentials(context.Context) (Credentials, error) {
	return fromProvider("profile", common.DefaultProfileProvider(),
		"write secret_id and secret_key under [default] into ~/.tencentcloud/credentials, or name another file in TENCENTCLOUD_CREDENTIALS_FILE")
}

func tccliCredentials(context.Context) (Credentials, error) {
	return fromProvider("tccli", common.DefaultTccliProfileProvider(), "run `tccli configure`, and set TCCLI_PROFILE for another profile than default")
}

func fromProvider(source string, p common.Provider, hint string) (Credentials, error) {
	cred, err := p.GetCredential()
	if err != nil {
		return Credentials{}, credentialsError(source, providerError(err), hint)
	}
	id, key, token := cred.GetCredential()
	if id == "" || key == "" {
		return Credentials{}, credentialsError(source, errors.New("no credentials in the answer"), hint)
	}
	return Credentials{SecretID: id, SecretKey: key, Token: token}, nil
}

// providerError drops what may quote a body with a secret in it: the SDK puts whole answers into such texts.
func providerError(err error) error {
	sdk, ok := errors.AsType[*tcerr.TencentCloudSDKError](err)
	switch {
	case !ok:
		return errors.New(clean(err.Error(), maxMessage))
	case strings.HasSuffix(sdk.Code, "ParseJsonError") || strings.HasSuffix(sdk.Code, "HttpStatusCodeError"):
		return errors.New("the answer could not be read: " + clean(sdk.Code, maxCode))
	}
	return errors.New(clean(sdk.Message, maxMessage))
}

// tkeRole asks for the credentials of a Kubernetes service account through the SDK's provider.
type tkeRole struct {
	endpoint string // of the service that gives them; empty is the SDK's

	mu    sync.Mutex
	now   Credentials
	since time.Time
}

const (
	// tkeRenewal is a quarter of the two hours that the provider asks for, so that a failed renewal can be tried again.
	tkeRenewal = 30 * time.Minute
	// tkeLast is how long they are given that cannot be renewed, somewhat less than those two hours.
	tkeLast = 110 * time.Minute
)

// credentials renews them every half an hour, and when the service refuses them. A renewal has the SDK's own time-out of a
// minute.
func (r *tkeRole) credentials(ctx context.Context) (Credentials, error) {
	if err := ctx.Err(); err != nil {
		return Credentials{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	age, refused := time.Since(r.since), isRefused(ctx, r.now)
	if age < tkeRenewal && !refused {
		return r.now, nil
	}
	c, err := r.assume()
	switch {
	case err == nil:
		r.now, r.since = c, time.Now()
	case age < tkeLast && !refused:
	default:
		return Credentials{}, err
	}
	return r.now, nil
}

// assume gets new ones.
func (r *tkeRole) assume() (Credentials, error) {
	const hint = "bind a role to the service account of the pod: TKE then sets TKE_ROLE_ARN and the other TKE_… variables"
	p, err := common.DefaultTkeOIDCRoleArnProvider()
	if err != nil {
		return Credentials{}, credentialsError("tke", providerError(err), hint)
	}
	p.Endpoint = r.endpoint
	return fromProvider("tke", p, hint)
}
