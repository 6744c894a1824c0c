package source

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"path"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Object is one object of a bucket.
type Object struct {
	// Name is s3://bucket/key, whatever the bucket's parameters.
	Name     string
	Size     int64
	Modified time.Time
	// Open reads it, from its beginning; what is returned can be sought in.
	Open func(context.Context) (io.ReadCloser, error)
}

// Objects gives use the objects below b's prefix, in the order of their keys. Where the prefix has a *, ? or [, it is a
// pattern of path.Match for whole keys. They can be opened until use returns. Keys that end in a slash stand for folders
// and are left out. An error of the listing is an *Error; that of use is returned as it is.
func (b Bucket) Objects(ctx context.Context, use func([]Object) error) error {
	var objects []Object
	store, err := b.objects(ctx, &objects)
	if store != nil {
		defer store.Close()
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return &Error{Op: "bucket", Name: urlkey.Redact(b.URL), Err: told(err), Hint: b.hint(err)}
	}
	return use(objects)
}

func (b Bucket) objects(ctx context.Context, objects *[]Object) (*blob.Bucket, error) {
	u, err := b.parse()
	if err != nil {
		return nil, err
	}
	store, err := b.open(ctx, u)
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
			r, err := store.NewReader(ctx, key, nil)
			if err != nil {
				return nil, told(err)
			}
			return r, nil
		},
	}
}

// open connects to the store.
func (b Bucket) open(ctx context.Context, u *url.URL) (*blob.Bucket, error) {
	store, err := new(s3blob.URLOpener).OpenBucketURL(ctx, u)
	if err != nil {
		return nil, cmp.Or(errors.Unwrap(err), err) // which repeats the URL
	}
	return store, nil
}
