package submitter

import (
	"errors"
	"strconv"
	"strings"
)

// Error is a request to an API that did not get the answer it asked for. It never holds a secret.
type Error struct {
	// Op is the action that was asked for, as CAM names it: CreatePrefetchTask.
	Op string
	// Code is the service's own error code, empty when there was none.
	Code string
	// Message is the service's own text, shortened.
	Message string
	// RequestID is what the service's support asks for.
	RequestID string
	// Status is the HTTP status of the answer, 0 when none came.
	Status int
	// Hint says what a person can do about it; empty when nobody can.
	Hint string
	// Class is what a caller does next; ClassNone leaves it to Code, Status and Err.
	Class Class
	// Err is the cause on this side: a cut connection, a body that is not JSON.
	Err error
}

// Error is one line: the action, then what is known, the most telling first. The hint is not in it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	for _, part := range []string{e.Code, e.Message} {
		if part != "" {
			b.WriteString(": ")
			b.WriteString(part)
		}
	}
	if e.Status != 0 && e.Status != 200 {
		b.WriteString(": HTTP status ")
		b.WriteString(strconv.Itoa(e.Status))
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	if e.RequestID != "" {
		b.WriteString(" (request " + e.RequestID + ")")
	}
	return b.String()
}

// Unwrap returns the cause on this side.
func (e *Error) Unwrap() error { return e.Err }

// Class is what a caller does about an error of an API.
type Class int

// The classes. For calls that only read, ClassUnknown is as good as ClassRetry.
const (
	// ClassNone is no error.
	ClassNone Class = iota
	// ClassRetry: the service did not take the request; send it again after a while.
	ClassRetry
	// ClassSlowDown: the service took nothing because too much was sent; slow down, then send it again.
	ClassSlowDown
	// ClassUnknown: the service may have taken it or not; look at its tasks before sending it again.
	ClassUnknown
	// ClassBadTarget: nothing was taken because of at least one target; bisect the batch.
	ClassBadTarget
	// ClassBatchQuota: nothing was taken because the batch is too large; split it.
	ClassBatchQuota
	// ClassDailyQuota: nothing was taken because the day's quota is spent; stop for the day.
	ClassDailyQuota
	// ClassUnauthorized: a credential or a permission is missing; stop.
	ClassUnauthorized
	// ClassOther: no retry mends it; stop, show it.
	ClassOther
)

var classNames = [...]string{"none", "retry", "slow down", "unknown", "bad target", "batch quota", "daily quota", "unauthorized", "other"}

// String is the class in words.
func (c Class) String() string {
	if c < 0 || int(c) >= len(classNames) {
		return "class " + strconv.Itoa(int(c))
	}
	return classNames[c]
}

// ClassOf says what to do about an error of an API. An error that is no *Error is ClassUnknown: of a call that went
// wrong in a way nobody foresaw, it is not known whether it was taken.
func ClassOf(err error) Class {
	if err == nil {
		return ClassNone
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return ClassUnknown
	case e.Class != ClassNone:
		return e.Class
	case e.Code != "":
		return classOfCode(e.Code)
	case e.Status != 0:
		return classOfStatus(e.Status)
	}
	return ClassUnknown
}

// codeClasses are the codes that mean another thing than their family does; the source is the list of error codes of the
// EdgeOne API and of those common to all of Tencent Cloud's.
var codeClasses = map[string]Class{
	"LimitExceeded.BatchQuota":          ClassBatchQuota,
	"LimitExceeded.DailyQuota":          ClassDailyQuota,
	"RequestSizeLimitExceeded":          ClassBatchQuota,
	"ResponseSizeLimitExceeded":         ClassUnknown,
	"FailedOperation":                   ClassUnknown,
	"InvalidParameter":                  ClassBadTarget,
	"InvalidParameterValue":             ClassBadTarget,
	"InvalidParameter.DomainNotFound":   ClassBadTarget,
	"InvalidParameter.Target":           ClassBadTarget,
	"InvalidParameter.TaskNotGenerated": ClassBadTarget,
	"InvalidParameter.UploadUrl":        ClassBadTarget,
	"InvalidParameter.ParameterError":   ClassBadTarget,
}

// codeFamilies are the classes of all codes that have the same first part.
var codeFamilies = map[string]Class{
	"RequestLimitExceeded":  ClassSlowDown,
	"UnauthorizedOperation": ClassUnauthorized,
	"AuthFailure":           ClassUnauthorized,
	"InternalError":         ClassUnknown,
	"ServiceUnavailable":    ClassUnknown,
}

func classOfCode(code string) Class {
	if class, ok := codeClasses[code]; ok {
		return class
	}
	family, _, _ := strings.Cut(code, ".")
	if class, ok := codeFamilies[family]; ok {
		return class
	}
	return ClassOther
}

// classOfStatus is for answers that are not the API's own, whose every error is a 200 with a code.
func classOfStatus(status int) Class {
	switch {
	case status == 429:
		return ClassSlowDown
	case status == 401 || status == 403 || status == 407:
		return ClassUnauthorized
	case status == 413:
		return ClassBatchQuota
	case status >= 300 && status < 500 && status != 408:
		return ClassOther
	}
	return ClassUnknown
}
