package source

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

const (
	// pageSize is how many keys are asked for and held at once: S3 lists no more in one answer.
	pageSize = 1000
	// pageTimeout bounds the time for one page, the SDK's own retries included.
	pageTimeout = 2 * time.Minute
)

// Bucket is the listing of an object store that speaks S3: AWS, COS, MinIO and others. Credentials are those that the
// AWS SDK finds: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of the machine.
type Bucket struct {
	// URL is s3://bucket/prefix?region=…&endpoint=…, with the parameters of gocloud.dev/blob/s3blob: endpoint is the
	// https:// URL of another store than AWS, use_path_style=true has the bucket in its path instead of its host name (an
	// address or localhost always has), anonymous=true asks without credentials, profile names one.
	URL string
	// Rewrite maps s3://bucket/key to URLs.
	Rewrite []Rewrite
	// Keep chooses among the URLs; nil keeps all.
	Keep func(url string) bool
	// Stall is how long an object that is read may stand still; 0 is download.Stall.
	Stall time.Duration
}

// ErrUnmapped is returned when no Rewrite could map anything of a bucket or repository.
var ErrUnmapped = errors.New("crawl.rewrite maps nothing of it to URLs")

// Read hands over the URLs of the objects in the order of the listing, which is that of their keys. Keys that end in a
// slash stand for folders and are nothing.
func (b Bucket) Read(ctx context.Context, emit func(Entry) bool) (Result, error) {
	c := collector{emit: emit, keep: b.Keep}
	err := b.read(ctx, &c)
	if err != nil && ctx.Err() != nil {
		return c.end(), context.Cause(ctx)
	}
	if err != nil {
		err = &Error{Op: "bucket", Name: urlkey.Redact(b.URL), Err: told(err), Hint: b.hint(err)}
	}
	return c.end(), err
}

func (b Bucket) read(ctx context.Context, c *collector) error {
	u, err := b.parse()
	if err != nil {
		return err
	}
	root := "s3://" + u.Host + "/"
	prefix := strings.TrimPrefix(u.Path, "/")
	m := &mapping{rules: b.Rewrite, plus: true}
	if !m.maps(root + prefix) {
		return ErrUnmapped
	}
	store, err := b.open(ctx, u)
	if err != nil {
		return err
	}
	defer store.Close()
	for token := blob.FirstPageToken; len(token) > 0; {
		var page []*blob.ListObject
		if page, token, err = list(ctx, store, token, prefix); err != nil {
			return err
		}
		for _, object := range page {
			more, err := c.name(m, root+object.Key)
			if err != nil || !more {
				return err
			}
		}
	}
	return nil
}

// name hands over the URL of an object or file.
func (c *collector) name(m *mapping, name string) (more bool, err error) {
	if strings.HasSuffix(name, "/") {
		return true, nil
	}
	u, err := m.url(name)
	if err != nil {
		c.warnings.Addf(0, 0, "left out: %q: %v", name, err)
		return true, nil
	}
	return c.take(Entry{URL: u})
}

// list asks for one page. The driver takes it for granted that each object of an answer has all of its parts.
func list(ctx context.Context, store *blob.Bucket, token []byte, prefix string) (page []*blob.ListObject, next []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, pageTimeout)
	defer cancel()
	defer func() {
		switch fault := recover(); {
		case fault != nil:
			err = fmt.Errorf("the answer is not a listing: %v", fault)
		case err != nil && ctx.Err() != nil:
			err = fmt.Errorf("no answer within %v", pageTimeout)
		}
	}()
	return store.ListPage(ctx, token, pageSize, &blob.ListOptions{Prefix: prefix})
}

// parse reads the URL, and has the bucket in the path where it cannot be in a host name.
func (b Bucket) parse() (*url.URL, error) {
	u, err := url.Parse(b.URL)
	switch {
	case err != nil:
		return nil, errors.New("not a URL") // err repeats it
	case u.Scheme != s3blob.Scheme || u.Host == "":
		return nil, errors.New("not of the form s3://bucket/prefix?region=…")
	case u.User != nil:
		return nil, errors.New("credentials do not belong into the URL")
	}
	q := u.Query()
	// Stores other than AWS send no checksums, and the SDK writes a line to stderr for each object without one.
	q.Set("response_checksum_validation", "when_required")
	u.RawQuery = q.Encode()
	if end, err := url.Parse(q.Get("endpoint")); err == nil && isAddress(end.Hostname()) && !q.Has("use_path_style") && !q.Has("s3ForcePathStyle") {
		q.Set("use_path_style", "true")
		u.RawQuery = q.Encode()
	}
	return u, nil
}

func isAddress(host string) bool { return host == "localhost" || net.ParseIP(host) != nil }
