package ledger_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"testing"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

func init() {
	suite["what was counted of logs"] = testDemand
}

// What was kept comes back whole, until something else was kept whole.
func testDemand(t *testing.T, b *bench) {
	l := b.open().Ledger
	if _, err := l.Demand(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty ledger: got %v", err)
	}
	kept := func(l *ledger.Ledger) []byte {
		r, err := l.Demand(t.Context())
		b.must(err)
		body, err := io.ReadAll(r)
		b.must(err)
		return body
	}
	keep := func(body []byte, failed error) error {
		return l.KeepDemand(t.Context(), func(w io.Writer) error {
			for len(body) > 0 {
				n, err := w.Write(body[:min(len(body), 1000)])
				if err != nil {
					return err
				}
				body = body[n:]
			}
			return failed
		})
	}
	large := bytes.Repeat([]byte{1, 0, 0xff}, 1_000_000)
	b.must(keep(large, nil))
	if got := kept(l); !bytes.Equal(got, large) {
		t.Errorf("got %d bytes, want %d", len(got), len(large))
	}
	failed := errors.New("failed")
	if err := keep(bytes.Repeat([]byte("x"), 2_000_000), failed); !errors.Is(err, failed) {
		t.Errorf("got %v, want %v", err, failed)
	}
	if got := kept(l); !bytes.Equal(got, large) {
		t.Errorf("after one that was not finished: got %d bytes, want %d", len(got), len(large))
	}
	b.must(keep([]byte("new"), nil))
	look, err := ledger.OpenReadOnly(t.Context(), b.dsn, ledger.Options{})
	b.must(err)
	defer look.Close()
	if got := string(kept(look)); got != "new" {
		t.Errorf("got %q", got)
	}
	if err := look.KeepDemand(t.Context(), func(io.Writer) error { return nil }); !errors.Is(err, ledger.ErrReadOnly) {
		t.Errorf("got %v, want ErrReadOnly", err)
	}
}
