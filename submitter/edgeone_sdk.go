package submitter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
)

// edgeClient is the SDK's client with what we put around it.
type edgeClient struct {
	sdk       *common.Client
	transport *edgeTransport
	keys      *keyring
}

// keyring holds the credentials of the newest request for the SDK's signer, which has no context to ask a source with.
type keyring struct{ now atomic.Pointer[Credentials] }

func (k *keyring) GetSecretId() string  { return k.now.Load().SecretID }
func (k *keyring) GetSecretKey() string { return k.now.Load().SecretKey }
func (k *keyring) GetToken() string     { return k.now.Load().Token }
func (k *keyring) GetCredential() (id, key, token string) {
	c := k.now.Load()
	return c.SecretID, c.SecretKey, c.Token
}

var errSharedClient = errors.New("the SDK's common.DefaultHttpClient is set, and would be changed for all its users")

// dial makes the client once; it opens no connection.
func (e *EdgeOne) dial() (*edgeClient, error) {
	e.once.Do(func() { e.client, e.err = newEdgeClient(e.Endpoint, newEdgeTransport(e.Transport)) })
	return e.client, e.err
}

func newEdgeClient(endpoint string, transport *edgeTransport) (*edgeClient, error) {
	scheme, host, err := parseEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	if common.DefaultHttpClient != nil {
		return nil, errSharedClient
	}
	p := profile.NewClientProfile()
	p.Language = "en-US"
	p.HttpProfile.Scheme, p.HttpProfile.Endpoint = scheme, host
	p.HttpProfile.ReqTimeout = 0 // the context's deadline is the only one
	keys := new(keyring)
	sdk := new(common.Client).Init("").WithCredential(keys).WithProfile(p).WithHttpTransport(transport).WithRequestClient("edgewarm")
	return &edgeClient{sdk: sdk, transport: transport, keys: keys}, nil
}

func dialHint(err error) string {
	if errors.Is(err, errSharedClient) {
		return "leave common.DefaultHttpClient nil, and set the transports of your own clients"
	}
	return "set account.endpoint to " + DefaultEndpoint + ", or to the address of a simulator on this machine"
}

// envelope is the form of every answer.
type envelope[T any] struct {
	*tchttp.BaseResponse `json:"-"`
	Response             *T `json:"Response"`
}

func newRequest(action string) *tchttp.BaseRequest {
	return new(tchttp.BaseRequest).Init().WithApiInfo("teo", "2022-09-01", action)
}

var errNoResponse = errors.New("the answer does not have the form of the API's")

// edgeSend makes one request and gives the answer of the type.
func edgeSend[T any](ctx context.Context, e *EdgeOne, req tchttp.Request) (*T, error) {
	op := req.GetAction()
	c, err := e.dial()
	if err != nil {
		return nil, &Error{Op: op, Class: ClassOther, Err: err, Hint: dialHint(err)}
	}
	keys, err := e.credentials(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, &Error{Op: op, Class: ClassRetry, Err: err}
	}
	if e.Gate != nil {
		leave, err := e.Gate(ctx)
		if err != nil {
			return nil, &Error{Op: op, Class: ClassRetry, Err: err}
		}
		defer leave()
	}
	ctx, cancel := context.WithTimeout(ctx, e.timeout())
	defer cancel()
	x := &exchange{keys: keys}
	req.SetContext(context.WithValue(ctx, exchangeKey{}, x))
	c.keys.now.Store(&keys)
	answer := envelope[T]{BaseResponse: new(tchttp.BaseResponse)}
	if err := c.sdk.Send(req, &answer); err != nil {
		failed := x.failure(op, e.timeout(), err)
		if e.renewed(ctx, failed, keys) {
			failed.Class, failed.Hint = ClassRetry, ""
		}
		return nil, failed
	}
	if answer.Response == nil {
		return nil, &Error{Op: op, Status: x.status, Err: errNoResponse}
	}
	return answer.Response, nil
}

// renewed is whether the service refused credentials that are others by now, as temporary ones are that ran out while the
// request was under way; the source is told that they were refused. Nothing was taken of it then.
func (e *EdgeOne) renewed(ctx context.Context, failed *Error, used Credentials) bool {
	if family, kind, _ := strings.Cut(failed.Code, "."); family != "AuthFailure" || kind == "SignatureExpire" {
		return false
	}
	now, err := e.credentials(context.WithValue(ctx, refusedKey{}, used))
	return err == nil && now != used
}
