package accesslog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

func FuzzRead(f *testing.F) {
	for _, c := range cases {
		f.Add(c.format, c.log)
		f.Add("", c.log)
	}
	for _, o := range odd {
		if len(o.line) < 10_000 {
			f.Add("", strings.Repeat(good, 3)+o.line+"\n")
		}
	}
	f.Fuzz(func(t *testing.T, format, log string) {
		parsed, err := accesslog.ParseFormat(format)
		if err != nil {
			return
		}
		n := 0
		stats, err := accesslog.Reader{Format: parsed}.Read(t.Context(), strings.NewReader(log), func(r *accesslog.Record) {
			n++
			if len(r.Path) > 0 && r.Path[0] != '/' {
				t.Errorf("path %q", r.Path)
			}
			if !(r.Weight >= 0) || r.Bytes < 0 || r.Status < 0 || r.Status > 999 {
				t.Errorf("weight %v, bytes %d, status %d", r.Weight, r.Bytes, r.Status)
			}
		})
		var e *accesslog.Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("got %v, want an *Error", err)
		}
		if n != stats.Records || stats.Bad > stats.Lines {
			t.Errorf("%d records came, stats %+v", n, stats)
		}
	})
}
