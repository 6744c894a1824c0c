package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// file is a ledger in a file of SQLite, for the processes of one machine.
type file struct {
	path string
	vfs  string
	wrap func(driver.Connector) driver.Connector
}

func (f *file) name() string { return f.path }

func (f *file) hold(command string, now time.Time) (*lock, error) {
	return acquire(f.path, command, now)
}

func (f *file) open(_ context.Context, readOnly bool) (*sql.DB, error) {
	prepare := prepareFile
	if readOnly {
		prepare = statFile
	}
	if err := prepare(f.path); err != nil {
		return nil, err
	}
	return f.openSQLite(readOnly)
}

func (f *file) alone() string { return "" }

var fileWords = strings.NewReplacer(
	"{url}", "TEXT PRIMARY KEY",
	"{key}", "url",
	"{is url}", "url = ?",
	"{is v.url}", "targets.url = v.url",
	"{documents is v.url}", "documents.url = v.url",
	"{purges is v.url}", "purges.url = v.url",
	"{each}", "json_each(?)",
	"{like}", "LIKE",
	"{blob}", "BLOB",
	"{now}", "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
)

func (f *file) words() *strings.Replacer { return fileWords }

func (f *file) placeholders(text string) string { return text }

// snapshot is any transaction that only reads.
func (f *file) snapshot() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }

func (f *file) shrink(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `VACUUM`)
	return err
}

// backup is a copy of one moment, in one file, which is the owner's alone. What it cannot finish it leaves nothing of.
func (f *file) backup(ctx context.Context, db *sql.DB, path string) error {
	made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, path) // into an empty file it may
	if err == nil {
		err = made.Sync()
	}
	if err = errors.Join(err, made.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// missing is asked about what is read first. A process that was killed at once leaves a file without a table.
func (f *file) missing(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return errors.Is(err, fs.ErrNotExist) || ok && e.Code()&0xff == sqlite3.SQLITE_ERROR
}

const (
	// fileMode keeps the ledger to its owner: it holds URLs, which may be signed. SQLite gives its -wal and -shm files
	// the mode of the database.
	fileMode = 0o600
	// busyTimeout is how long a statement waits for another connection's transaction.
	busyTimeout = "10000"
	// cacheSize is 32 MiB a connection, where SQLite counts in pages when it is not negative: the URLs of a large plan come
	// in any order, and with the default of 2 MiB every other insert would wait for a page.
	cacheSize = "-32768"
	// maxConns lets reads go on beside a write.
	maxConns = 4
)

// openSQLite opens the file with a journal that survives a power cut at any point: the write-ahead log, synced at each
// commit.
func (f *file) openSQLite(readOnly bool) (*sql.DB, error) {
	dsn, err := f.dsn(readOnly)
	if err != nil {
		return nil, err
	}
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	if f.wrap != nil {
		connector = f.wrap(connector)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	return db, nil
}

func (f *file) dsn(readOnly bool) (string, error) {
	absolute, err := filepath.Abs(f.path)
	if err != nil {
		return "", err
	}
	query := url.Values{"_pragma": {"busy_timeout(" + busyTimeout + ")", "foreign_keys(1)", "cache_size(" + cacheSize + ")"}}
	if readOnly {
		query.Set("mode", "ro")
	} else {
		query["_pragma"] = append(query["_pragma"], "journal_mode(WAL)", "synchronous(FULL)")
		query.Set("_txlock", "immediate")
	}
	if f.vfs != "" {
		query.Set("vfs", f.vfs)
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: query.Encode()}
	return u.String(), nil
}

// prepareFile makes the file, or closes it to others than its owner.
func prepareFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	if err == nil && info.Mode().Perm()&^fileMode != 0 {
		err = f.Chmod(fileMode)
	}
	return errors.Join(err, f.Close())
}

// statFile is why there is no ledger to read.
func statFile(path string) error {
	_, err := os.Stat(path)
	return err
}

func (f *file) explain(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch e.Code() & 0xff { // the primary code
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("the disk is full; free some space and run it again, nothing is lost: %w", err)
	case sqlite3.SQLITE_IOERR:
		return fmt.Errorf("the disk could not be read or written; nothing that was recorded is lost: %w", err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("the file or its folder cannot be written: %w", err)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("the file is not a ledger, or it was damaged: %w", err)
	}
	return err
}
