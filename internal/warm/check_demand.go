package warm

import (
	"context"
	"errors"
	"fmt"

	"github.com/edgewarm/edgewarm/internal/source"
	"github.com/edgewarm/edgewarm/internal/sqldemand"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// checkLogBucket lists a bucket of logs, and opens none.
func checkLogBucket(ctx context.Context, url string, tell func(Finding)) {
	f := Finding{What: "logs " + urlkey.Redact(url)}
	objects, done, err := source.Bucket{URL: url}.Objects(ctx)
	if f.Err = err; err == nil {
		f.Detail = counted(len(objects), "object")
		_ = done()
	}
	f.Hint = hintOf(f.Err, "")
	if unread, ok := errors.AsType[*source.Error](f.Err); ok {
		f.Err = unread.Err // the finding has its name
	}
	tell(f)
}

// errEnough ends a query whose first rows will do.
var errEnough = errors.New("enough")

// checkSQL asks the database, and looks at the first row that it gives.
func (w *Warmer) checkSQL(ctx context.Context, tell func(Finding)) {
	s := w.Config.Popularity.SQL
	if s.Query == "" {
		return
	}
	f := Finding{What: "sql " + sqldemand.Name(s.DSN), Detail: "the query gives no rows"}
	err := sqldemand.Query(ctx, s.DSN, s.Query, func(url string, weight float64) error {
		f.Detail = fmt.Sprintf("the first row is %s with %g", urlkey.Redact(url), weight)
		return errEnough
	})
	if !errors.Is(err, errEnough) {
		f.Err, f.Hint = err, "see to popularity.sql: its database, user and query"
	}
	tell(f)
}
