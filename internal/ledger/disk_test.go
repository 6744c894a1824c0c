package ledger_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// disk opens connections to a database that breaks.
type disk struct {
	driver.Connector
	// commit is called before and after each commit; its error is the commit's.
	commit func(after bool) error
}

func (d *disk) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := d.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	all, ok := conn.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("a connection lacks what is wrapped"), conn.Close())
	}
	return brokenConn{all, d}, nil
}

// sqliteConn is what a connection of the driver can do beyond the least.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type brokenConn struct {
	sqliteConn
	disk *disk
}

func (c brokenConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, err := c.sqliteConn.BeginTx(ctx, o)
	return brokenTx{tx, c.disk}, err
}

type brokenTx struct {
	driver.Tx
	disk *disk
}

func (t brokenTx) Commit() error {
	if t.disk.commit == nil {
		return t.Tx.Commit()
	}
	if err := t.disk.commit(false); err != nil {
		return errors.Join(err, t.Tx.Rollback())
	}
	return errors.Join(t.Tx.Commit(), t.disk.commit(true))
}

// brokenNight runs one night on a disk that breaks.
func brokenNight(ctx context.Context, dsn string, api submitter.API, d disk) error {
	o := ledger.Options{Command: "run"}.WithConnector(func(c driver.Connector) driver.Connector {
		d.Connector = c
		return &d
	})
	l, err := ledger.Open(ctx, dsn, o)
	if err != nil {
		return err
	}
	_, err = night(ctx, l, api)
	return errors.Join(err, l.Close())
}

// A commit that fails may have been made or not: both are tried, at each of the run's commits in turn.
func TestFault96CommitFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	for _, after := range []bool{false, true} {
		t.Run(fmt.Sprintf("made=%v", after), func(t *testing.T) {
			t.Parallel()
			for n := int64(1); ; n++ {
				dir := t.TempDir()
				api := &service{path: filepath.Join(dir, "accepted")}
				var commits atomic.Int64
				err := brokenNight(t.Context(), filepath.Join(dir, "edgewarm.db"), api, disk{commit: func(now bool) error {
					if now == after && commits.Add(1) == n {
						return broken
					}
					return nil
				}})
				if err == nil {
					checkNight(t, dir, api)
					t.Logf("%d commits failed", n-1)
					return
				}
				if !errors.Is(err, broken) {
					t.Fatalf("commit %d: got %v", n, err)
				}
				checkStopped(t, n, dir, api)
			}
		})
	}
}

// checkStopped is that nothing more was sent than the ledger knows of, and that the next night sends the rest.
func checkStopped(t *testing.T, n int64, dir string, api *service) {
	t.Helper()
	l, err := ledger.Open(t.Context(), filepath.Join(dir, "edgewarm.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	warm, err := l.Warm(t.Context(), 1<<62)
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	if lost := slices.DeleteFunc(api.urls(), warm.Has); len(lost) > 0 {
		t.Fatalf("commit %d: the ledger does not know that %d targets were sent", n, len(lost))
	}
	if err := nightIn(t.Context(), dir); err != nil {
		t.Fatalf("commit %d, the next night: %v", n, err)
	}
	checkNight(t, dir, api)
}
