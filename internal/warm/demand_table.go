package warm

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/edgewarm/edgewarm/internal/sqldemand"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// emitter takes a URL, how often it was asked for, and the bytes of that.
type emitter func(url string, weight, bytes float64) error

// query counts what the database gives.
func (d *demand) query(ctx context.Context, counter *popularity.Counter) error {
	s := d.Config.Popularity.SQL
	return d.table(ctx, counter, sqldemand.Name(s.DSN), func(emit emitter) error {
		return sqldemand.Query(ctx, s.DSN, s.Query, func(url string, weight float64) error { return emit(url, weight, 0) })
	})
}

// table counts rows of a URL and its weight. Those that came before an error count too.
func (d *demand) table(ctx context.Context, counter *popularity.Counter, name string, rows func(emit emitter) error) error {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		out := bufio.NewWriterSize(w, 64<<10)
		err := rows(func(url string, weight, size float64) error {
			if strings.ContainsAny(url, "\t\r\n") { // no URL has them: the line is one that does not fit
				url = ""
			}
			_, err := out.WriteString(url + "\t" + strconv.FormatFloat(weight, 'g', -1, 64) + "\t" + strconv.FormatFloat(size, 'f', 0, 64) + "\n")
			return err
		})
		_ = out.Flush()
		_ = w.Close()
		done <- err
	}()
	stats, err := counter.Table(ctx, name, r)
	_ = r.Close()
	if asked := <-done; asked != nil && err == nil {
		err = &popularity.Error{Op: "query", Name: name, Err: asked}
	}
	if err == nil {
		d.tellLog(stats)
	}
	return d.unreached(ctx, err)
}
