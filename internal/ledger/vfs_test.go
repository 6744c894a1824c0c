package ledger_test

import (
	"crypto/rand"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// breaking is a file system of SQLite over the system's own whose writes or syncs fail, as those of a disk do: with an
// error, and half of what was to be written. Only databases that are opened by its name are concerned.
type breaking struct {
	name string
	// op is what fails: write or sync; code is the error.
	op   string
	code int32
	// at is which of them fails, from 1 on; from then on each that follows too, if forever.
	at      int
	forever bool

	mu   sync.Mutex
	seen int
}

// failed reports whether the fault has been met.
func (b *breaking) failed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.seen >= b.at
}

// fails counts an operation, and reports whether it is to fail.
func (b *breaking) fails(op string) bool {
	if op != b.op {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen++
	return b.seen == b.at || b.forever && b.seen > b.at
}

// openFile is what is known of a file that SQLite has open in a breaking file system.
type openFile struct {
	disk    *breaking
	methods uintptr // the system's own
}

var (
	disks sync.Map // *breaking by its sqlite3_vfs
	files sync.Map // openFile by its sqlite3_file
	// broken are the methods of files, by those of the system.
	brokenMu sync.Mutex
	broken   = map[uintptr]uintptr{}
)

// register makes the file system known to SQLite until the test ends.
func (b *breaking) register(t *testing.T) {
	t.Helper()
	b.name = "breaking-" + strings.ToLower(rand.Text())
	tls := libc.NewTLS()
	defer tls.Close()
	system := sqlite3.Xsqlite3_vfs_find(tls, 0)
	own := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	name, err := libc.CString(b.name)
	if err != nil || own == 0 || system == 0 {
		t.Fatal("no memory for a file system")
	}
	vfs := at[sqlite3.Tsqlite3_vfs](own)
	*vfs = *at[sqlite3.Tsqlite3_vfs](system)
	vfs.FzName, vfs.FpNext = name, 0
	vfs.FxOpen = pointerTo(openBroken)
	disks.Store(own, b)
	if code := sqlite3.Xsqlite3_vfs_register(tls, own, 0); code != 0 {
		t.Fatalf("the file system cannot be registered: %d", code)
	}
	t.Cleanup(func() {
		tls := libc.NewTLS()
		defer tls.Close()
		sqlite3.Xsqlite3_vfs_unregister(tls, own)
		disks.Delete(own)
		libc.Xfree(tls, own)
		libc.Xfree(tls, name)
	})
}

type (
	openMethod  = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	closeMethod = func(*libc.TLS, uintptr) int32
	writeMethod = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	syncMethod  = func(*libc.TLS, uintptr, int32) int32
)

func openBroken(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32 {
	system := sqlite3.Xsqlite3_vfs_find(tls, 0)
	code := (*at[openMethod](addressOf(&at[sqlite3.Tsqlite3_vfs](system).FxOpen)))(tls, vfs, name, file, flags, out)
	if methods := at[sqlite3.Tsqlite3_file](file).FpMethods; code == 0 && methods != 0 {
		disk, _ := disks.Load(vfs)
		files.Store(file, openFile{disk.(*breaking), methods})
		at[sqlite3.Tsqlite3_file](file).FpMethods = brokenMethods(tls, methods)
	}
	return code
}

// brokenMethods are the system's, but for those that break.
func brokenMethods(tls *libc.TLS, methods uintptr) uintptr {
	brokenMu.Lock()
	defer brokenMu.Unlock()
	if own, ok := broken[methods]; ok {
		return own
	}
	own := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
	io := at[sqlite3.Tsqlite3_io_methods](own)
	*io = *at[sqlite3.Tsqlite3_io_methods](methods)
	io.FxClose, io.FxWrite, io.FxSync = pointerTo(closeBroken), pointerTo(writeBroken), pointerTo(syncBroken)
	broken[methods] = own
	return own
}

func systemMethods(file uintptr) (openFile, *sqlite3.Tsqlite3_io_methods) {
	known, _ := files.Load(file)
	return known.(openFile), at[sqlite3.Tsqlite3_io_methods](known.(openFile).methods)
}

func closeBroken(tls *libc.TLS, file uintptr) int32 {
	_, system := systemMethods(file)
	files.Delete(file)
	return (*at[closeMethod](addressOf(&system.FxClose)))(tls, file)
}

func writeBroken(tls *libc.TLS, file, data uintptr, n int32, offset int64) int32 {
	known, system := systemMethods(file)
	write := *at[writeMethod](addressOf(&system.FxWrite))
	if known.disk.fails("write") {
		if code := write(tls, file, data, n/2, offset); code != 0 {
			return code
		}
		return known.disk.code
	}
	return write(tls, file, data, n, offset)
}

func syncBroken(tls *libc.TLS, file uintptr, flags int32) int32 {
	known, system := systemMethods(file)
	if known.disk.fails("sync") {
		return known.disk.code
	}
	return (*at[syncMethod](addressOf(&system.FxSync)))(tls, file, flags)
}

// at is what stands at an address of C's memory. The driver's C is Go by translation: a pointer to a function is the word
// that a func value is.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

func addressOf(p *uintptr) uintptr { return uintptr(unsafe.Pointer(p)) }

// pointerTo is a function as C's memory holds it. It must be one that is never collected.
func pointerTo[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }
