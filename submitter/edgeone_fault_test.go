package submitter_test

import (
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// answering writes an answer of the API.
func answering(response string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"Response":%s}`, response) }
}

func html(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprint(w, "<html><title>Bad Gateway</title>", strings.Repeat("<p>\x1b[31m", 1000))
	}
}

// failing makes one Prefetch and gives its error, which must be there.
func failing(t *testing.T, e *submitter.EdgeOne) *submitter.Error {
	t.Helper()
	_, err := e.Prefetch(t.Context(), edgeBatch(2))
	got, ok := errors.AsType[*submitter.Error](err)
	if !ok {
		t.Fatalf("got %v, want an *Error", err)
	}
	if line := got.Error(); strings.ContainsAny(line, "\n\x1b") || len(line) > 1000 {
		t.Errorf("not one short line: %q", line)
	}
	return got
}

func wantClass(t *testing.T, err error, want submitter.Class) {
	t.Helper()
	if got := submitter.ClassOf(err); got != want {
		t.Errorf("%v: class %v, want %v", err, got, want)
	}
}

var signature = regexp.MustCompile("Signature=[0-9a-f]")

func TestFault33NoSecretIsShown(t *testing.T) {
	t.Parallel()
	echo := func(w http.ResponseWriter, r *http.Request) string {
		return strings.Join([]string{canarySecret, canaryToken, r.Header.Get("X-TC-Token"), r.Header.Get("Authorization")}, " ")
	}
	hostile := map[string]http.HandlerFunc{
		"message": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"Response":{"Error":{"Code":"AuthFailure.%s","Message":%q},"RequestId":%q}}`, canaryToken, echo(w, r), canaryToken)
		},
		"html": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/"+canaryToken)
			w.WriteHeader(502)
			fmt.Fprint(w, echo(w, r))
		},
		"json": func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `{"Response":{"JobId":{"a":%q},"FailedList":%q}}`, canarySecret, echo(w, r))
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+canaryToken+".example/"+canarySecret, http.StatusTemporaryRedirect)
		},
		"encoding":    func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Encoding", canaryToken) },
		"failed list": answering(`{"FailedList":[],"RequestId":"` + canaryToken + `"}`),
		"cut":         func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, h := range hostile {
		e := against(t, h)
		err := failing(t, e)
		for _, text := range []string{err.Error(), err.Hint, fmt.Sprintf("%v %+v %#v %+v %#v", err, err, *err, e, e), fmt.Sprintf("%+v", errors.Unwrap(err))} {
			if strings.Contains(text, canarySecret) || strings.Contains(text, canaryToken) || signature.MatchString(text) {
				t.Errorf("%s: a secret is in %q", name, text)
			}
		}
	}
}

func TestFault34RedirectsAndPlainHTTPAreRefused(t *testing.T) {
	t.Parallel()
	visited := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visited = true }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		err := failing(t, against(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) }))
		wantClass(t, err, submitter.ClassOther)
		if err.Status != status || !strings.Contains(err.Error(), "redirects are refused: to 127.0.0.1") || !strings.Contains(err.Hint, "account.endpoint") {
			t.Errorf("got %v, hint %q", err, err.Hint)
		}
	}
	if visited {
		t.Error("a redirect was followed")
	}
	e := &submitter.EdgeOne{Endpoint: "http://teo.tencentcloudapi.com", Credentials: canaryKeys}
	if err := failing(t, e); !strings.Contains(err.Error(), "plain http") || submitter.ClassOf(err) != submitter.ClassOther {
		t.Errorf("got %v", err)
	}
}

func TestFault35Headers(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 1025)
	many := make(map[string]string)
	for i := range 20 {
		many[fmt.Sprint("X-", i)] = "v"
	}
	for _, ok := range []map[string]string{nil, many, {"Accept-Encoding": "gzip, br", "Origin": "https://a", "User-Agent": "x\ty"}, {long[:128]: long[:1024]}} {
		if err := submitter.CheckHeaders(ok); err != nil {
			t.Errorf("%v: %v", ok, err)
		}
	}
	many["X-20"] = "v"
	tests := []map[string]string{
		many, {long[:129]: "v"}, {"A": long}, {"": "v"}, {"A b": "v"}, {"A:": "v"}, {"Ä": "v"},
		{"A": "b\r\nHost: c"}, {"A": "b\nc"}, {"A": "b\x00c"}, {"A\r\nB": "c"}, {"A": "\xff"},
		{"Origin": "a", "origin": "b"},
		{"Host": "a"}, {"COOKIE": "a"}, {"authorization": "a"}, {"Proxy-Authorization": "a"}, {"X-Api-Key": "a"},
		{"X-Forwarded-Host": "a"}, {"X-Forwarded-For": "a"}, {"X-Forwarded-Proto": "a"}, {"Forwarded": "a"}, {"X-Original-URL": "/"}, {"X-Rewrite-URL": "/"}, {"X-Real-IP": "1"}, {"X-HTTP-Method-Override": "PUT"},
		{"Connection": "close"}, {"Keep-Alive": "1"}, {"TE": "trailers"}, {"Trailer": "a"}, {"Transfer-Encoding": "chunked"}, {"Upgrade": "h2c"}, {"Proxy-Anything": "a"}, {"Content-Length": "1"},
		{"Range": "bytes=0-0"}, {"If-None-Match": "a"}, {"X-TC-Action": "a"},
	}
	for _, headers := range tests {
		err := submitter.CheckHeaders(headers)
		if !errors.Is(err, submitter.ErrHeader) || strings.ContainsAny(err.Error(), "\r\n\x00") {
			t.Errorf("%.60v: got %v, want ErrHeader in one line", headers, err)
		}
		s := edgeonetest.New(edgeZone())
		e := inProcess(s)
		e.Headers = headers
		wantClass(t, failing(t, e), submitter.ClassOther)
		if s.Summary().Requests != 0 {
			t.Errorf("%.60v: was sent", headers)
		}
	}
	if diff := cmp.Diff([]string{"DNT", "X-Device"}, submitter.UnkeyedHeaders(map[string]string{"X-Device": "tv", "Origin": "a", "DNT": "1"})); diff != "" {
		t.Error(diff)
	}
}

func TestFault36ControlCharactersInTargets(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"https://cdn.example.com/a\r\nb", "https://cdn.example.com/\x00", "https://cdn.example.com/a b", "https://cdn.example.com/é", "https://cdn.example.com/\xff", "", "/a", "ftp://cdn.example.com/", "https:///a", "https://u:p@cdn.example.com/", "https://cdn.example.com/%zz"} {
		s := edgeonetest.New(edgeZone())
		_, err := inProcess(s).Prefetch(t.Context(), submitter.Batch{Zone: "zone-1", URLs: []string{"https://cdn.example.com/", target}})
		wantClass(t, err, submitter.ClassBadTarget)
		if err == nil || strings.ContainsAny(err.Error(), "\r\n\x00") || s.Summary().Requests != 0 {
			t.Errorf("%q: got %v after %d requests", target, err, s.Summary().Requests)
		}
	}
	_, err := inProcess(edgeonetest.New(edgeZone())).Prefetch(t.Context(), submitter.Batch{Zone: "zone-1"})
	wantClass(t, err, submitter.ClassOther)
}

func TestFault85RequestLimitExceeded(t *testing.T) {
	t.Parallel()
	o := edgeZone()
	o.Rate = 1
	s := edgeonetest.New(o)
	e := inProcess(s)
	if _, err := e.Prefetch(t.Context(), edgeBatch(1)); err != nil {
		t.Fatal(err)
	}
	err := failing(t, e)
	wantClass(t, err, submitter.ClassSlowDown)
	if err.Code != "RequestLimitExceeded" || err.RequestID == "" || s.Summary().Requests != 2 {
		t.Errorf("got %+v after %d requests: one call is one request", err, s.Summary().Requests)
	}
	wantClass(t, failing(t, against(t, answering(`{"Error":{"Code":"RequestLimitExceeded.GlobalRegionUinLimitExceeded","Message":"m"}}`))), submitter.ClassSlowDown)
	wantClass(t, failing(t, against(t, html(429))), submitter.ClassSlowDown)
}

func TestFault86DailyQuota(t *testing.T) {
	t.Parallel()
	o := edgeZone()
	o.Daily = 1
	wantClass(t, failing(t, inProcess(edgeonetest.New(o))), submitter.ClassDailyQuota)
}

func TestFault87BatchQuota(t *testing.T) {
	t.Parallel()
	o := edgeZone()
	o.Batch = 1
	wantClass(t, failing(t, inProcess(edgeonetest.New(o))), submitter.ClassBatchQuota)
}

func TestFault88BadTarget(t *testing.T) {
	t.Parallel()
	o := edgeZone()
	o.Fail = []edgeonetest.Match{{Glob: "*/1.ts*", Reason: "no such object"}}
	got, err := inProcess(edgeonetest.New(o)).Prefetch(t.Context(), edgeBatch(3))
	if want := []submitter.Failure{{URL: edgeBatch(3).URLs[1], Reason: "no such object"}}; err != nil || got.Accepted != 2 || !cmp.Equal(got.Failed, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	o.Fail, o.Bad = nil, []edgeonetest.Match{{Glob: "*/1.ts*"}}
	wantClass(t, failing(t, inProcess(edgeonetest.New(o))), submitter.ClassBadTarget)
	other := edgeBatch(1)
	other.URLs[0] = "https://www.example.net/"
	_, err = inProcess(edgeonetest.New(edgeZone())).Prefetch(t.Context(), other)
	wantClass(t, err, submitter.ClassBadTarget)
}

func TestFault88FailedListSpelledOtherwise(t *testing.T) {
	t.Parallel()
	e := against(t, answering(`{"JobId":"j","RequestId":"r","FailedList":[
		{"Reason":"first","Targets":["https://a/x y","https://a/x%20y","https://elsewhere/"]},{"Reason":"second","Targets":["https://a/x%20y"]},{"Reason":"none","Targets":null}]}`))
	got, err := e.Prefetch(t.Context(), submitter.Batch{Zone: "z", URLs: []string{"https://a/x%20y", "https://a/2"}})
	want := []submitter.Failure{{URL: "https://a/x%20y", Reason: "first"}, {URL: "https://elsewhere/", Reason: "first"}}
	if err != nil || got.Accepted != 1 || !cmp.Equal(got.Failed, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestFault89OddAnswers(t *testing.T) {
	t.Parallel()
	good := map[string]http.HandlerFunc{
		"null list":      answering(`{"JobId":"j","FailedList":null,"RequestId":"r"}`),
		"no list":        answering(`{"JobId":"j","RequestId":"r"}`),
		"unknown fields": answering(`{"JobId":"j","RequestId":"r","Future":{"a":[1,2,{}]},"Other":null}`),
		"stream type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, `{"Response":{"JobId":"j","RequestId":"r"}}`)
		},
	}
	for name, h := range good {
		if got, err := against(t, h).Prefetch(t.Context(), edgeBatch(2)); err != nil || got.Accepted != 2 || got.JobID != "j" || got.Failed != nil {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	all := answering(`{"FailedList":[{"Reason":"no","Targets":["` + strings.Join(edgeBatch(2).URLs, `","`) + `"]}],"RequestId":"r"}`)
	if got, err := against(t, all).Prefetch(t.Context(), edgeBatch(2)); err != nil || got.Accepted != 0 || len(got.Failed) != 2 {
		t.Errorf("all failed, so no job: got %+v, %v", got, err)
	}
	unknown := map[string]http.HandlerFunc{
		"no job":        answering(`{"FailedList":null,"RequestId":"r-7"}`),
		"no response":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true}`) },
		"null":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `null`) },
		"another type":  answering(`{"JobId":5,"RequestId":"r"}`),
		"array":         func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `[]`) },
		"empty":         func(http.ResponseWriter, *http.Request) {},
		"html with 200": html(200),
		"html 502":      html(502),
		"503 with JSON": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503); fmt.Fprint(w, `{}`) },
		"no content":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) },
		"deep":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("[", 15<<20)) },
		"half":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"Response":{"JobId":"j"`) },
		"short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			fmt.Fprint(w, `{`)
		},
		"odd encoding": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Encoding", "br") },
		"deflate unasked": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "deflate")
			z, _ := flate.NewWriter(w, 9)
			_, _ = io.CopyN(z, zeros{}, 1<<20)
			z.Close()
		},
		"endless": func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, zeros{}) },
	}
	for name, h := range unknown {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := failing(t, against(t, h))
			wantClass(t, err, submitter.ClassUnknown)
			if name == "no job" && (err.RequestID != "r-7" || !strings.Contains(err.Error(), "JobId")) {
				t.Errorf("got %v", err)
			}
			if name == "html 502" && err.Error() != "CreatePrefetchTask: HTTP status 502: the answer is not a JSON object but text/html" {
				t.Errorf("got %v", err)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestFault90UnknownOutcome(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"InternalError", "InternalError.BackendError", "InternalError.QuotaSystem"} {
		wantClass(t, failing(t, against(t, answering(`{"Error":{"Code":"`+code+`","Message":"m"}}`))), submitter.ClassUnknown)
	}
	o := edgeZone()
	o.Faults = []edgeonetest.Fault{{Kind: edgeonetest.Cut, Taken: true}}
	s := edgeonetest.New(o)
	srv, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &submitter.EdgeOne{Endpoint: srv.URL, Credentials: simulatorKeys}
	t.Cleanup(func() { e.Close(); srv.Close() })
	wantClass(t, failing(t, e), submitter.ClassUnknown)
	if sum := s.Summary(); sum.Requests != 1 || sum.Accepted != 2 {
		t.Errorf("%d requests, %d accepted: a lost answer is not sent again here", sum.Requests, sum.Accepted)
	}
}

func TestFault90TimeOutAfterSending(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	e := against(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body) // only then does the server see that the client is gone
		<-r.Context().Done()
		close(gone)
	})
	e.Timeout = 50 * time.Millisecond
	err := failing(t, e)
	wantClass(t, err, submitter.ClassUnknown)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no answer within 50ms") {
		t.Errorf("got %v", err)
	}
	<-gone
}

func TestNotSentIsRetried(t *testing.T) {
	t.Parallel()
	e := &submitter.EdgeOne{Endpoint: "http://127.0.0.1:1", Credentials: canaryKeys} // where nobody listens
	refused := failing(t, e)
	wantClass(t, refused, submitter.ClassRetry)
	if refused.Hint == "" {
		t.Error("no hint")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := e.Prefetch(ctx, edgeBatch(1))
	wantClass(t, err, submitter.ClassRetry)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestUntrustedCertificate(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(html(200))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	e := &submitter.EdgeOne{Endpoint: srv.URL, Credentials: canaryKeys}
	err := failing(t, e)
	wantClass(t, err, submitter.ClassOther)
	if !strings.Contains(err.Hint, "certificate") {
		t.Errorf("got %v, hint %q", err, err.Hint)
	}
}

func TestFault91ClockIsWrong(t *testing.T) {
	t.Parallel()
	for skew, want := range map[time.Duration]string{
		7 * time.Minute:               "this machine's clock is 7 min fast: set it right",
		-3*time.Hour - 20*time.Minute: "this machine's clock is 3 h 20 min slow: set it right",
	} {
		o := edgeZone()
		o.Now = func() time.Time { return time.Now().Add(-skew) }
		s := edgeonetest.New(o)
		err := failing(t, inProcess(s))
		wantClass(t, err, submitter.ClassUnauthorized)
		if err.Code != "AuthFailure.SignatureExpire" || err.Hint != want || s.Summary().Requests != 1 {
			t.Errorf("got %v, hint %q, want %q", err, err.Hint, want)
		}
	}
	noDate := func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		answering(`{"Error":{"Code":"AuthFailure.SignatureExpire","Message":"m"}}`)(w, r)
	}
	if err := failing(t, against(t, noDate)); !strings.Contains(err.Hint, "clock") {
		t.Errorf("hint %q", err.Hint)
	}
}

func TestFault92Unauthorized(t *testing.T) {
	t.Parallel()
	o := edgeZone()
	o.Deny = []string{"CreatePrefetchTask", "DescribeZones"}
	e := inProcess(edgeonetest.New(o))
	err := failing(t, e)
	wantClass(t, err, submitter.ClassUnauthorized)
	if !strings.Contains(err.Hint, "teo:CreatePrefetchTask on qcs::teo::uin/UIN:zone/ZONE") {
		t.Errorf("hint %q", err.Hint)
	}
	_, _, zones := e.Zones(t.Context(), 0, 0)
	if got, ok := errors.AsType[*submitter.Error](zones); !ok || !strings.Contains(got.Hint, "teo:DescribeZones on *") {
		t.Errorf("got %v", zones)
	}
}

func TestFault92WrongCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct {
		keys       submitter.Credentials
		code, hint string
	}{
		{submitter.Credentials{SecretID: "AKIDother", SecretKey: canarySecret}, "AuthFailure.SecretIdNotFound", "SecretId"},
		{submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: canarySecret}, "AuthFailure.SignatureFailure", "TENCENTCLOUD_SECRET_KEY"},
		{submitter.Credentials{SecretID: edgeonetest.DefaultSecretID, SecretKey: edgeonetest.DefaultSecretKey, Token: canaryToken}, "AuthFailure.TokenFailure", "temporary"},
	}
	for _, tt := range tests {
		e := inProcess(edgeonetest.New(edgeZone()))
		e.Credentials = func(context.Context) (submitter.Credentials, error) { return tt.keys, nil }
		err := failing(t, e)
		wantClass(t, err, submitter.ClassUnauthorized)
		if err.Code != tt.code || !strings.Contains(err.Hint, tt.hint) {
			t.Errorf("got %v, hint %q, want %s", err, err.Hint, tt.code)
		}
	}
}

func TestFault93SegmentsAreNotAllowed(t *testing.T) {
	t.Parallel()
	s := edgeonetest.New(edgeZone())
	e := inProcess(s)
	e.Mode = "edge"
	if err := failing(t, e); !errors.Is(err, submitter.ErrMode) || !strings.Contains(err.Hint, "submit.mode") {
		t.Errorf("got %v, hint %q", err, err.Hint)
	}
	e.Segments = true
	b := edgeBatch(2)
	b.Costs = []int{5, 7}
	_, err := e.Prefetch(t.Context(), b)
	refused, ok := errors.AsType[*submitter.Error](err)
	if !ok || !errors.Is(err, submitter.ErrSegments) || !strings.Contains(refused.Hint, "playlists.segments") || s.Summary().Accepted != 0 {
		t.Errorf("got %v", err)
	}
	wantClass(t, err, submitter.ClassOther)
}

func TestCredentialsAreRenewed(t *testing.T) {
	t.Parallel()
	o := edgeZone()
	o.Accounts = []edgeonetest.Account{{SecretID: "first", SecretKey: "a", Token: "t1"}}
	s := edgeonetest.New(o)
	e := inProcess(s)
	now := submitter.Credentials{SecretID: "first", SecretKey: "a", Token: "t1"}
	e.Credentials = func(context.Context) (submitter.Credentials, error) { return now, nil }
	if _, err := e.Quota(t.Context(), "zone-1"); err != nil {
		t.Fatal(err)
	}
	s.Update(func(o *edgeonetest.Options) {
		o.Accounts = []edgeonetest.Account{{SecretID: "second", SecretKey: "b", Token: "t2"}}
	})
	now = submitter.Credentials{SecretID: "second", SecretKey: "b", Token: "t2"}
	if _, err := e.Quota(t.Context(), "zone-1"); err != nil {
		t.Error(err)
	}
}
