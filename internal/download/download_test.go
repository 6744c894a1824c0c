package download_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/download"
)

// slow gives one byte after each pause, and then what end says; a pause ends with the context.
type slow struct {
	ctx    context.Context
	pauses []time.Duration
	end    error
}

func (s *slow) Read(p []byte) (int, error) {
	if len(s.pauses) == 0 {
		return 0, s.end
	}
	wait := s.pauses[0]
	s.pauses = s.pauses[1:]
	select {
	case <-time.After(wait):
		p[0] = 'x'
		return 1, nil
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	}
}

func (s *slow) Close() error { return nil }

func TestOpen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		pauses []time.Duration
		end    error
		got    int
		want   string
	}{
		{"slow, but it comes", []time.Duration{50 * time.Second, 50 * time.Second, 50 * time.Second}, io.EOF, 3, ""},
		{"it stands still", []time.Duration{time.Second, time.Hour}, io.EOF, 1, "nothing came for 1m0s"},
		{"it breaks off", []time.Duration{time.Second}, io.ErrUnexpectedEOF, 1, "the connection broke off"},
		{"it fails", []time.Duration{time.Second}, errors.New("reset by peer"), 1, "reset by peer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r, err := download.Open(t.Context(), 0, func(ctx context.Context) (io.ReadCloser, error) {
					return &slow{ctx, c.pauses, c.end}, nil
				})
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close()
				text, err := io.ReadAll(slowReader{r})
				if len(text) != c.got {
					t.Errorf("got %d bytes, want %d", len(text), c.got)
				}
				failed, ok := errors.AsType[*download.Error](err)
				if c.want == "" && err != nil || c.want != "" && (!ok || failed.Error() != c.want) {
					t.Errorf("got %v, want %q", err, c.want)
				}
				if errors.Is(err, io.ErrUnexpectedEOF) {
					t.Error("it passes for a file that is cut off")
				}
			})
		})
	}
}

// slowReader takes its time between two reads.
type slowReader struct{ io.Reader }

func (r slowReader) Read(p []byte) (int, error) {
	time.Sleep(2 * time.Minute)
	return r.Reader.Read(p)
}

func TestOpenThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hang := func(ctx context.Context) (io.ReadCloser, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		_, err := download.Open(t.Context(), time.Second, hang)
		if failed, ok := errors.AsType[*download.Error](err); !ok || failed.Error() != "nothing came for 1s" {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		if _, err := download.Open(ctx, time.Second, hang); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that of the context", err)
		}
	})
}

// What can be sought in still can.
func TestOpenSeeker(t *testing.T) {
	t.Parallel()
	r, err := download.Open(t.Context(), 0, func(context.Context) (io.ReadCloser, error) {
		return struct {
			io.ReadSeeker
			io.Closer
		}{strings.NewReader("abc"), io.NopCloser(nil)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.(io.Seeker).Seek(2, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); string(text) != "c" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
}
