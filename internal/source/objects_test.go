package source_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/edgewarm/edgewarm/internal/source"
)

// newS3 is a whole S3 server with one bucket, logs.
func newS3(t *testing.T, objects map[string]string) *httptest.Server {
	t.Helper()
	backend := s3mem.New()
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	if err := backend.CreateBucket("logs"); err != nil {
		t.Fatal(err)
	}
	for key, body := range objects {
		if _, err := backend.PutObject("logs", key, map[string]string{}, strings.NewReader(body), int64(len(body)), nil); err != nil {
			t.Fatal(err)
		}
	}
	return server
}

func TestObjects(t *testing.T) {
	t.Parallel()
	s3 := newS3(t, map[string]string{"edge/": "", "edge/1.log": "one\n", "edge/2.log": "two\n", "edge/old/3.log": "three\n", "other/4.log": "four\n"})
	for _, c := range []struct {
		prefix string
		want   []string
	}{
		{"edge/", []string{"s3://logs/edge/1.log", "s3://logs/edge/2.log", "s3://logs/edge/old/3.log"}},
		{"edge/*.log", []string{"s3://logs/edge/1.log", "s3://logs/edge/2.log"}},
		{"*/*.log", []string{"s3://logs/edge/1.log", "s3://logs/edge/2.log", "s3://logs/other/4.log"}},
		{"nothing/", nil},
	} {
		t.Run(c.prefix, func(t *testing.T) {
			t.Parallel()
			b := source.Bucket{URL: "s3://logs/" + c.prefix + "?region=eu-west-1&anonymous=true&endpoint=" + s3.URL}
			err := b.Objects(t.Context(), func(objects []source.Object) error {
				var got []string
				for _, o := range objects {
					got = append(got, o.Name)
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestObjectIsReadFromWhereItIsAsked wants no more than the end of an object sent when only that is sought.
func TestObjectIsReadFromWhereItIsAsked(t *testing.T) {
	t.Parallel()
	s3 := newS3(t, map[string]string{"big": strings.Repeat("x", 5<<20) + "end"})
	b := source.Bucket{URL: "s3://logs/big?region=eu-west-1&anonymous=true&endpoint=" + s3.URL}
	err := b.Objects(t.Context(), func(objects []source.Object) error {
		if len(objects) != 1 || objects[0].Size != 5<<20+3 || objects[0].Modified.IsZero() {
			t.Fatalf("got %+v", objects)
		}
		r, err := objects[0].Open(t.Context())
		if err != nil {
			return err
		}
		defer r.Close()
		if _, err := r.(io.Seeker).Seek(5<<20, io.SeekStart); err != nil {
			return err
		}
		text, err := io.ReadAll(r)
		if string(text) != "end" {
			t.Errorf("got %.20q, want the end", text)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestObjectsRefused(t *testing.T) {
	t.Parallel()
	s3 := newS3(t, nil)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	const rest = "?region=eu-west-1&anonymous=true&endpoint="
	for _, url := range []string{"s3://missing/" + rest + s3.URL, "s3://logs/" + rest + gone.URL, "s3://logs/[" + rest + s3.URL} {
		err := source.Bucket{URL: url}.Objects(t.Context(), func([]source.Object) error { t.Error("objects were listed"); return nil })
		if _, ok := errors.AsType[*source.Error](err); !ok {
			t.Errorf("%s: got %v, want an *Error", url, err)
		}
	}
	use := errors.New("use")
	if err := (source.Bucket{URL: "s3://logs/" + rest + s3.URL}).Objects(t.Context(), func([]source.Object) error { return use }); err != use {
		t.Errorf("got %v, want what use returned", err)
	}
}
