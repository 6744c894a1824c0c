package source

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"gocloud.dev/gcerrors"
)

// answered is an error that the store itself has named; the SDK's types have these methods.
type answered interface {
	error
	ErrorCode() string
	ErrorMessage() string
}

// maxTold bounds what of a store's own words is repeated.
const maxTold = 300

// told makes what the SDK says of a failed call readable: what the store answered, or else the innermost reason.
func told(err error) error {
	var a answered
	if errors.As(err, &a) && a.ErrorCode() != "" {
		return &storeError{fmt.Sprintf("%s: %s", a.ErrorCode(), a.ErrorMessage()), err}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return &storeError{op.Error(), err}
	}
	if _, after, ok := strings.Cut(err.Error(), ": ListObjectsV2, "); ok {
		return &storeError{after, err} // the call is always the same
	}
	return err
}

// storeError is an error in fewer words than its own.
type storeError struct {
	text string
	err  error
}

func (e *storeError) Error() string {
	text := strings.Join(strings.Fields(e.text), " ")
	if len(text) > maxTold {
		text = text[:maxTold] + "…"
	}
	return strings.TrimSuffix(text, ": ")
}

func (e *storeError) Unwrap() error { return e.err }

// hint says what to do about a bucket that cannot be listed.
func (b Bucket) hint(err error) string {
	var a answered
	code := ""
	if errors.As(err, &a) {
		code = a.ErrorCode()
	}
	_, dial := errors.AsType[*net.OpError](err)
	switch {
	case dial:
		return "look whether the store runs, and may be reached from this machine"
	case errors.Is(err, ErrUnmapped):
		return `add to crawl.rewrite: {from: "s3://BUCKET/", to: "https://cdn.example.com/"}`
	case errors.Is(err, ErrTooMany):
		return "split it over several sources by its prefixes"
	case code == "NoSuchBucket":
		return "check the bucket's name, and region and endpoint in its URL"
	case code == "PermanentRedirect", code == "AuthorizationHeaderMalformed", code == "IllegalLocationConstraintException":
		return "name the bucket's own region: s3://…?region=…"
	case gcerrors.Code(err) == gcerrors.PermissionDenied, code == "InvalidAccessKeyId", code == "SignatureDoesNotMatch":
		return "the credentials that the AWS SDK finds (AWS_ACCESS_KEY_ID, a profile or a role) must be allowed to list the bucket"
	case strings.Contains(err.Error(), "credentials"): // the SDK has no type for it
		return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile: s3://…?profile=…"
	case strings.Contains(err.Error(), "region"):
		return "name the bucket's region: s3://…?region=…"
	}
	return "check the endpoint, region and parameters of its URL"
}
