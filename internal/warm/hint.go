package warm

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/fetch"
	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/source"
	"github.com/edgewarm/edgewarm/submitter"
)

// HintError is an error that says what to do about it.
type HintError struct {
	Err  error
	Hint string
}

// Error is the error's own text. The hint is not in it.
func (e *HintError) Error() string { return e.Err.Error() }

// Unwrap returns the error.
func (e *HintError) Unwrap() error { return e.Err }

// hintOf is what the error itself says to do, else otherwise.
func hintOf(err error, otherwise string) string {
	if hinted, ok := errors.AsType[*HintError](err); ok && hinted.Hint != "" {
		return hinted.Hint
	}
	if failed, ok := errors.AsType[*submitter.Error](err); ok && failed.Hint != "" {
		return failed.Hint
	}
	if unread, ok := errors.AsType[*source.Error](err); ok && unread.Hint != "" {
		return unread.Hint
	}
	return otherwise
}

// quotaHint says what to do about a quota that cannot be read.
func quotaHint(err error) string {
	failed, ok := errors.AsType[*submitter.Error](err)
	if ok && failed.Code == "" && failed.Status != 0 {
		return hintOf(err, "check account.endpoint: what answers there is not the API")
	}
	return hintOf(err, "check the zone's ID in account.zones: its hosts are left out of the plan")
}

// crawlHint says what to do about a document that failed.
func crawlHint(err error) string {
	var blocked *fetch.BlockedError
	var dns *net.DNSError
	var dial *net.OpError
	var read *crawler.Error
	status := statusOf(err)
	switch {
	case errors.Is(err, crawler.ErrTooMany):
		return "narrow the sources, or lower crawl.page_depth"
	case errors.Is(err, crawler.ErrSpill):
		return "make room in " + os.TempDir() + ", or name another folder in TMPDIR"
	case errors.As(err, &blocked):
		return "if this address is yours, allow it with crawl.private_networks: true"
	case errors.As(err, &dns):
		return "check the name of the host"
	case errors.As(err, &dial) && dial.Op == "dial":
		return "look whether its server runs, and may be reached from this machine"
	case isGone(err):
		return "it is listed, but not there: remove it from what lists it, or publish it"
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "if it needs a header, give it in crawl.headers"
	case status >= http.StatusInternalServerError:
		return "its server failed: look into its logs, or run this again later"
	case errors.As(err, &read) && read.Op == "read":
		return "edgewarm inspect " + read.URL + " shows what is there"
	}
	return ""
}

// goneSource says what to do about a source that is not there, which nobody lists but the user.
const goneSource = "nothing is there: look whether the URL is right, or publish it"

// isGone is whether the error is that there is nothing at a URL.
func isGone(err error) bool {
	status := statusOf(err)
	return status == http.StatusNotFound || status == http.StatusGone
}

// statusOf is the HTTP status that the error is about, 0 for none.
func statusOf(err error) int {
	var failed *fetch.Error
	var visited *page.Error
	switch {
	case errors.As(err, &visited) && visited.Status > 0:
		return visited.Status
	case errors.As(err, &failed):
		return failed.Status
	}
	return 0
}

// place is where in a document a warning is, for a line of text.
func place(w crawler.Warning) string {
	switch {
	case w.Line > 0:
		return fmt.Sprintf("line %d: ", w.Line)
	case w.Byte > 0:
		return fmt.Sprintf("byte %d: ", w.Byte)
	}
	return ""
}
