package submitter

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"
)

// skewShown is the least difference of clocks that is worth a word; the API allows 5 minutes.
const skewShown = 30 * time.Second

// hints are what a person can do, by code or family of codes; the longest match wins.
var hints = map[string]string{
	"AuthFailure.SecretIdNotFound":        "the SecretId is not known to the API: is it disabled or deleted, or of the other site (Tencent Cloud China and international have separate accounts)?",
	"AuthFailure.InvalidSecretId":         "this is not a SecretId of an API key: check TENCENTCLOUD_SECRET_ID",
	"AuthFailure.SignatureFailure":        "the SecretKey does not belong to the SecretId: check TENCENTCLOUD_SECRET_KEY",
	"AuthFailure.TokenFailure":            "the temporary credentials have expired, or TENCENTCLOUD_TOKEN is of other ones: get new ones",
	"AuthFailure.MFAFailure":              "the account asks for a second factor, which a program cannot give: use a sub-account's key",
	"AuthFailure":                         "check the credentials",
	"LimitExceeded.DailyQuota":            "the day's quota is spent: what is left stays planned for the next run",
	"RequestLimitExceeded":                "something else uses the API of this account too, or submit.rate is too high",
	"InvalidParameter.ZoneNotFound":       "the account has no such zone: check account.zones",
	"InvalidParameter.DomainNotFound":     "a target's host is no acceleration domain of the zone: check account.zones",
	"FailedOperation.InvalidZoneStatus":   "the zone is paused or not active: see the EdgeOne console",
	"UnsupportedOperation":                "the plan or the site does not have this feature",
	"FailedOperation.ProductNotActivated": "EdgeOne is not activated in this account",
}

// hint says what a person can do about an error.
func (x *exchange) hint(e *Error) string {
	family, _, _ := strings.Cut(e.Code, ".")
	switch {
	case e.Code == "AuthFailure.SignatureExpire":
		return x.clockHint()
	case family == "UnauthorizedOperation" || e.Code == "AuthFailure.UnauthorizedOperation":
		return permissionHint(e.Op)
	case hints[e.Code] != "":
		return hints[e.Code]
	case hints[family] != "":
		return hints[family]
	case e.Code != "":
		return ""
	}
	return statusHint(e)
}

// clockHint compares this machine's clock with the Date of the answer.
func (x *exchange) clockHint() string {
	skew := x.local.Sub(x.date).Round(time.Second)
	switch {
	case x.date.IsZero() || skew.Abs() < skewShown:
		return "the signature was too old when it arrived: check this machine's clock, and the network's delay"
	case skew > 0:
		return fmt.Sprintf("this machine's clock is %s fast: set it right", span(skew))
	}
	return fmt.Sprintf("this machine's clock is %s slow: set it right", span(-skew))
}

// span is a duration for people: 7 min, 45 s, 3 h 5 min.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// Permission is the CAM action and the resource that a call of the API needs, as a policy names them. UIN and ZONE stand
// for the account and the zone.
func Permission(op string) (action, resource string) {
	if op == "DescribeZones" {
		return "teo:" + op, "*"
	}
	return "teo:" + op, "qcs::teo::uin/UIN:zone/ZONE"
}

func permissionHint(op string) string {
	action, resource := Permission(op)
	return fmt.Sprintf("the credentials may not do this: grant the CAM action %s on %s", action, resource)
}

func statusHint(e *Error) string {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](e.Err); ok {
		return "the endpoint's certificate is not trusted: check account.endpoint, this machine's clock and a proxy in between"
	}
	switch {
	case errors.Is(e.Err, errRedirect):
		return "account.endpoint is not the API itself: set it to " + DefaultEndpoint
	case e.Status == 407:
		return "the proxy of the environment (HTTPS_PROXY) asks for credentials"
	case e.Status == 401 || e.Status == 403 || e.Status == 404:
		return "this is not the API's own answer: check account.endpoint and a proxy in between"
	case e.Class == ClassRetry:
		return "the endpoint cannot be reached: check account.endpoint, the network and a proxy in between"
	}
	return ""
}
