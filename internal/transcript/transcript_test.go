package transcript_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/internal/transcript"
)

// logs are of formats that tell different things.
var logs = map[string]struct{ format, text string }{
	"empty": {},
	"combined": {text: `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 5 "-" "UA"
::1 - - [17/May/2015:10:05:01 +0000] "HEAD /a HTTP/1.1" 304 0 "-" "-"
not a line
1.2.3.4 - - [17/May/2015:10:05:03 +0000] "" 400 0 "-" "UA"
1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET http://h.example.com/a?b=c HTTP/1.1" 200 5 "-" "UA"
1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 5 "-" "UA"
1.2.3.4 - - [17/May/2015:10:0`},
	"edgeone": {text: `{"RequestTime":"2026-01-01T00:00:00Z","RequestHost":"h.example.com","RequestMethod":"GET","RequestUrl":"/1.ts","RequestID":"1234567890123456789","EdgeResponseStatusCode":206,"EdgeResponseBytes":9000000000,"EdgeCacheStatus":"hit","ClientIP":"1.2.3.4"}
{"RequestTime":"2026-01-01T00:00:01Z","RequestHost":"h.example.com","RequestMethod":"GET","RequestUrl":"/1.ts","RequestID":"0123","EdgeResponseStatusCode":200,"EdgeCacheStatus":"miss"}
{"RequestTime":"2026-01-01T00:00:01Z","RequestHost":"h.example.com","RequestMethod":"GET","RequestUrl":"/2.ts","RequestID":"18446744073709551615","EdgeResponseStatusCode":200,"EdgeCacheStatus":"dynamic"}
`},
	"weights": {"csv:url,weight,bytes", "https://h.example.com/a,5,50\nhttp://h.example.com/a,0.1,3\n/b,1,0\n"},
	"w3c":     {text: "#Fields: date time cs-method cs-uri-stem sc-status\n2026-01-01 00:00:00 GET /a 200\n#Fields: cs-uri-stem sc-status\n/b 404\n"},
}

func reader(t testing.TB, format string) accesslog.Reader {
	t.Helper()
	f, err := accesslog.ParseFormat(format)
	if err != nil {
		t.Fatal(err)
	}
	return accesslog.Reader{Format: f}
}

// outcome is what reading came to.
type outcome struct {
	Records []string
	Stats   accesslog.Stats
	Format  string
	At      accesslog.Place
}

func (o *outcome) take(r *accesslog.Record) {
	o.Records = append(o.Records, fmt.Sprintf("%q %q %q %q %q %d %d %v %d %q %q %q %v", r.Scheme, r.Host, r.Path, r.Query,
		r.Method, r.Status, r.Bytes, r.Cache, r.Time, r.Client, r.Agent, r.RequestID, r.Weight))
}

// direct reads a log itself.
func direct(t testing.TB, format, log string) (o outcome) {
	t.Helper()
	var err error
	if o.Stats, o.At, err = reader(t, format).Continue(t.Context(), strings.NewReader(log), accesslog.Place{}, o.take); err != nil {
		t.Fatal(err)
	}
	o.Format, o.Stats.Format = o.Stats.Format.String(), accesslog.Format{}
	return o
}

func write(t testing.TB, format, log string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := transcript.Write(t.Context(), &b, reader(t, format), io.MultiReader(strings.NewReader(log))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// replay reads a transcript.
func replay(ctx context.Context, written []byte) (o outcome, err error) {
	tr, err := transcript.Open(bytes.NewReader(written))
	if err != nil {
		return o, err
	}
	defer tr.Close()
	end, err := tr.Read(ctx, o.take)
	o.Stats, o.Format, o.At = end.Stats, end.Format, end.At
	return o, err
}

var unexported = cmp.AllowUnexported(accesslog.Format{})

func TestTranscriptIsTheLog(t *testing.T) {
	t.Parallel()
	for name, l := range logs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := replay(t.Context(), write(t, l.format, l.text))
			if diff := cmp.Diff(direct(t, l.format, l.text), got, unexported); diff != "" || err != nil {
				t.Errorf("error %v, log and transcript differ:\n%s", err, diff)
			}
		})
	}
}

// many is a log of far more texts than a list of a transcript holds.
func many() string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range 40_000 {
		fmt.Fprintf(&b, "%d.%d.0.1 - - [17/May/2015:%02d:%02d:03 +0000] \"GET /%s/%d.ts HTTP/1.1\" 200 %d \"-\" \"UA %d\"\n",
			r.IntN(200), r.IntN(200), r.IntN(24), r.IntN(60), strings.Repeat("x", r.IntN(500)), r.IntN(30_000), r.IntN(1e6), r.IntN(30))
	}
	return b.String()
}

func TestTranscriptOfManyTexts(t *testing.T) {
	t.Parallel()
	log := many()
	written := write(t, "", log)
	got, err := replay(t.Context(), written)
	want := direct(t, "", log)
	if err != nil || len(got.Records) != 40_000 {
		t.Fatalf("%d records, error %v", len(got.Records), err)
	}
	for i := range want.Records {
		if got.Records[i] != want.Records[i] {
			t.Fatalf("record %d: got %s, want %s", i, got.Records[i], want.Records[i])
		}
	}
}

func TestTranscriptThatIsDamaged(t *testing.T) {
	t.Parallel()
	whole := write(t, "", logs["edgeone"].text)
	for n := range whole {
		if _, err := replay(t.Context(), whole[:n]); !errors.Is(err, transcript.ErrDamaged) {
			t.Errorf("cut off at byte %d of %d: got %v, want ErrDamaged", n, len(whole), err)
		}
	}
	broken := errors.New("the connection broke")
	tr, err := transcript.Open(io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), iotest.ErrReader(broken)))
	if err == nil {
		_, err = tr.Read(t.Context(), func(*accesslog.Record) {})
	}
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

func TestWriteSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left")
	err := transcript.Write(t.Context(), writeError{full}, accesslog.Reader{}, strings.NewReader(many()))
	if !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
	err = transcript.Write(t.Context(), io.Discard, accesslog.Reader{}, strings.NewReader("no log at all\n"))
	if !errors.Is(err, accesslog.ErrFormat) {
		t.Errorf("got %v, want ErrFormat", err)
	}
}

type writeError struct{ error }

func (e writeError) Write([]byte) (int, error) { return 0, e.error }

// FuzzReplay reads anything, and FuzzWrite holds logs against their transcripts.
func FuzzReplay(f *testing.F) {
	for _, l := range logs {
		f.Add(write(f, l.format, l.text))
	}
	f.Fuzz(func(t *testing.T, written []byte) {
		_, _ = replay(t.Context(), written) // it must end, and not panic
	})
}

func FuzzWrite(f *testing.F) {
	for _, l := range logs {
		f.Add(l.text)
	}
	f.Fuzz(func(t *testing.T, log string) {
		var want outcome
		stats, at, err := accesslog.Reader{}.Continue(t.Context(), strings.NewReader(log), accesslog.Place{}, want.take)
		if err != nil {
			return
		}
		want.Format, want.At, want.Stats = stats.Format.String(), at, stats
		want.Stats.Format = accesslog.Format{}
		got, err := replay(t.Context(), write(t, "", log))
		if diff := cmp.Diff(want, got, unexported); diff != "" || err != nil {
			t.Errorf("error %v, log and transcript differ:\n%s", err, diff)
		}
	})
}
