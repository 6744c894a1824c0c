package edgeonetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// maxBody is the API's own limit on a request.
const maxBody = 10 << 20

// call is one request to the API on its way through.
type call struct {
	number  int
	id      string
	action  string
	host    string // that was asked
	now     time.Time
	latency time.Duration
	fault   *Fault
	body    []byte
	tooLong bool

	// What the call was found to be about, for the history.
	zone, job string
	targets   int

	answer answer
}

// answer is what goes back: fields of a Response, or an error of the API, or a page of a gateway.
type answer struct {
	fields  map[string]any
	code    string
	message string
	status  int    // not 0: the page
	page    string // HTML
}

func refuse(code, format string, args ...any) answer {
	return answer{code: code, message: fmt.Sprintf(format, args...)}
}

func refused(code, format string, args ...any) *answer {
	a := refuse(code, format, args...)
	return &a
}

// requestID looks like the API's and is the request's number.
func requestID(number int) string {
	return fmt.Sprintf("51a0edce-0000-4000-8000-%012x", number)
}

func (c *call) readBody(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	_, c.tooLong = errors.AsType[*http.MaxBytesError](err)
	c.body = body
}

// checkParameters refuses what the API does not know; its names are as they are written, capitals included.
func (c *call) checkParameters(known []string) *answer {
	if c.tooLong {
		return refused("RequestSizeLimitExceeded", "the request is larger than %d MiB", maxBody>>20)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(c.body, &got); err != nil {
		return refused("InvalidParameter", "the body is no JSON object: %v", err)
	}
	for name := range got {
		if !slices.Contains(known, name) {
			return refused("UnknownParameter", "the parameter `%s` is not recognized", name)
		}
	}
	return nil
}

func (c *call) decode(parameters any) *answer {
	if err := json.Unmarshal(c.body, parameters); err != nil {
		return refused("InvalidParameter", "%v", err)
	}
	return nil
}

// spoil makes the answer what the fault says.
func (c *call) spoil() {
	if c.fault == nil {
		return
	}
	switch f := c.fault; f.Kind {
	case HTML:
		status := f.Status
		orElse(&status, http.StatusBadGateway)
		c.answer = answer{status: status, page: fmt.Sprintf("<html><head><title>%d %s</title></head><body><center><h1>%[1]d %[2]s</h1></center></body></html>\n", status, http.StatusText(status))}
	case Code:
		code := f.Code
		orElse(&code, "InternalError.BackendError")
		c.answer = refuse(code, "injected")
	case Limit:
		c.answer = refuse("RequestLimitExceeded", "injected")
	case NoJob:
		delete(c.answer.fields, "JobId")
	}
}

func (c *call) cut() bool { return c.fault != nil && c.fault.Kind == Cut }

// wait takes as long as the answer is to take; false means that nobody waits for it any longer.
func (c *call) wait(ctx context.Context) bool {
	d := c.latency
	if c.fault != nil {
		d += c.fault.Delay
	}
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *call) write(w http.ResponseWriter) {
	w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
	w.Header().Set("Server", "nginx")
	if c.answer.status != 0 {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(c.answer.status)
		_, _ = io.WriteString(w, c.answer.page)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(c.answer.encode(c.id))
}

func (a answer) encode(id string) []byte {
	response := map[string]any{"RequestId": id}
	for k, v := range a.fields {
		response[k] = v
	}
	if a.code != "" {
		response["Error"] = map[string]string{"Code": a.code, "Message": a.message}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(map[string]any{"Response": response})
	return b.Bytes()
}
