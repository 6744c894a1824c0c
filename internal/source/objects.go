package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"github.com/edgewarm/edgewarm/internal/download"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Object is one object of a bucket.
type Object struct {
	// Name is s3://bucket/key, whatever the bucket's parameters.
	Name     string
	Size     int64
	Modified time.Time
	// Open reads it, from its beginning; what is returned can be sought in. Its errors, and those of reading, are a
	// *download.Error.
	Open func(context.Context) (io.ReadCloser, error)
}

// Objects are the objects below b's prefix, in the order of their keys. Where the prefix has a *, ? or [, it is a pattern
// of path.Match for whole keys. They can be opened until done is called, as it must be when there is no error. Keys that
// end in a slash stand for folders and are left out. The error is an *Error, or the context's.
func (b Bucket) Objects(ctx context.Context) (objects []Object, done func() error, err error) {
	store, err := b.objects(ctx, &objects)
	if err == nil {
		return objects, store.Close, nil
	}
	return nil, nil, b.failed(ctx, store, err)
}

// failed closes the store, which may be nil, and says what is wrong.
func (b Bucket) failed(ctx context.Context, store *blob.Bucket, err error) error {
	if store != nil {
		_ = store.Close()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return &Error{Op: "bucket", Name: urlkey.Redact(b.URL), Err: told(err), Hint: b.hint(err)}
}

// Object is the one of a name, s3://bucket/key, in the bucket of b, whose prefix says nothing. It can be opened until done is
// called, as it must be when there is no error. The error is an *Error, or the context's.
func (b Bucket) Object(ctx context.Context, name string) (o Object, done func() error, err error) {
	store, err := b.one(ctx, name, &o)
	if err == nil {
		return o, store.Close, nil
	}
	return o, nil, b.failed(ctx, store, err)
}

func (b Bucket) one(ctx context.Context, name string, o *Object) (*blob.Bucket, error) {
	store, u, err := b.connect(ctx)
	if err != nil {
		return nil, err
	}
	key, ok := strings.CutPrefix(name, "s3://"+u.Host+"/")
	if !ok {
		return store, fmt.Errorf("%s is in another bucket", name)
	}
	// A listing says it as the listing did that the name is from; what a store says of one object may be less exact.
	page, _, err := list(ctx, store, blob.FirstPageToken, key)
	if err != nil {
		return store, err
	}
	if len(page) == 0 || page[0].Key != key { // it comes before all that begin with it
		return store, fs.ErrNotExist
	}
	*o = b.object(store, u, page[0])
	return store, nil
}

func (b Bucket) objects(ctx context.Context, objects *[]Object) (*blob.Bucket, error) {
	store, u, err := b.connect(ctx)
	if err != nil {
		return nil, err
	}
	pattern := strings.TrimPrefix(u.Path, "/")
	prefix, isPattern := pattern, false
	if i := strings.IndexAny(pattern, "*?["); i >= 0 {
		prefix, isPattern = pattern[:i], true
		if _, err := path.Match(pattern, ""); err != nil {
			return store, errors.New("the pattern of its keys has no end: [ without ]")
		}
	}
	for token := blob.FirstPageToken; len(token) > 0; {
		var page []*blob.ListObject
		if page, token, err = list(ctx, store, token, prefix); err != nil {
			return store, err
		}
		for _, o := range page {
			fits, _ := path.Match(pattern, o.Key) // the pattern was tried
			if strings.HasSuffix(o.Key, "/") || isPattern && !fits {
				continue
			}
			if len(*objects) == MaxURLs {
				return store, ErrTooMany
			}
			*objects = append(*objects, b.object(store, u, o))
		}
	}
	return store, nil
}

func (b Bucket) object(store *blob.Bucket, u *url.URL, o *blob.ListObject) Object {
	key := o.Key
	return Object{
		Name: "s3://" + u.Host + "/" + key, Size: o.Size, Modified: o.ModTime,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			return download.Open(ctx, b.Stall, func(ctx context.Context) (io.ReadCloser, error) {
				r, err := store.NewReader(ctx, key, nil)
				if err != nil {
					return nil, told(err)
				}
				return r, nil
			})
		},
	}
}

// connect opens the store of the URL.
func (b Bucket) connect(ctx context.Context) (*blob.Bucket, *url.URL, error) {
	u, err := b.parse()
	if err != nil {
		return nil, nil, err
	}
	store, err := b.open(ctx, u)
	return store, u, err
}

// open connects to the store.
func (b Bucket) open(ctx context.Context, u *url.URL) (*blob.Bucket, error) {
	store, err := new(s3blob.URLOpener).OpenBucketURL(ctx, u)
	if err != nil {
		return nil, cmp.Or(errors.Unwrap(err), err) // which repeats the URL
	}
	return store, nil
}
