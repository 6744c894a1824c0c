package submitter

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	tcerr "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
)

// Bounds on what an error repeats of an answer.
const (
	maxCode    = 100
	maxMessage = 500
)

// failure makes one error of what the SDK says, often a whole body as a text, and of what the transport saw.
func (x *exchange) failure(op string, timeout time.Duration, err error) *Error {
	out := &Error{Op: op, Status: x.status}
	sdk, ok := errors.AsType[*tcerr.TencentCloudSDKError](err)
	switch {
	case x.err != nil:
		out.Err = x.err
	case ok && !strings.HasPrefix(sdk.Code, "ClientError."):
		out.Code = x.mask(clean(sdk.Code, maxCode))
		out.Message = x.mask(clean(sdk.Message, maxMessage))
		out.RequestID = x.mask(clean(sdk.RequestId, maxCode))
	case x.status == 0:
		out.Class, out.Err = x.lost(timeout, err)
	case x.status == 200:
		out.Err = errNoResponse
	}
	if out.Err != nil {
		if text := out.Err.Error(); x.mask(text) != text {
			out.Err = errors.New(x.mask(text))
		}
	}
	out.Hint = x.hint(out)
	return out
}

// mask takes out what a hostile or chatty server repeats of the request.
func (x *exchange) mask(text string) string {
	if x.signature != "" {
		text = strings.ReplaceAll(text, x.signature, "***")
	}
	return x.keys.mask(text)
}

// lost is for a request that got no answer. Only what surely was not sent is for ClassRetry.
func (x *exchange) lost(timeout time.Duration, err error) (Class, error) {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // its text repeats the method and the address
	}
	class := ClassUnknown
	if x.traced && !x.connected.Load() || notSent(err) {
		class = ClassRetry
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		class = ClassOther
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("no answer within %v: %w", timeout, err)
	}
	return class, err
}

// notSent is whether the error came up before there was a connection.
func notSent(err error) bool {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "dial" || op.Op == "proxyconnect")
}

// clean makes one bounded line of printable characters out of what a server sent.
func clean(text string, limit int) string {
	cut := len(text) > limit
	if cut {
		text = text[:limit]
	}
	text = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.TrimSpace(text)
	if cut {
		text += "…"
	}
	return text
}
