package hashset

import (
	"bufio"
	"encoding/binary"
	"io"
	"iter"
	"os"
	"slices"
)

// file holds ascending keys, eight bytes each, in a temporary file. To hold more it is written anew, merged with them,
// which takes twice its size of the disk for as long.
type file struct {
	f      *os.File // nil while there are none
	count  int
	filter filter
	// fences are the first key of each block.
	fences []uint64
	// block is the one that was read last, and its number: the next key is often in it too.
	block  [blockKeys * keyBytes]byte
	number int
}

const (
	keyBytes = 8
	// blockKeys make 4 KiB, which disks read at once.
	blockKeys = 512
	// bufferBytes is how much of a file is read or written at a time while it is merged.
	bufferBytes = 1 << 18
)

// has reports whether one of the keys is there. Both are of the same entry.
func (f *file) has(entry uint64, keys ...uint64) (bool, error) {
	if !f.filter.mayHave(entry) {
		return false, nil
	}
	for _, k := range keys {
		if found, err := f.read(k); found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// read looks for a key in its block.
func (f *file) read(k uint64) (bool, error) {
	number, found := slices.BinarySearch(f.fences, k)
	if found {
		return true, nil
	}
	if number--; number < 0 {
		return false, nil
	}
	if number != f.number {
		f.number = -1
		block := f.block[:min(blockKeys, f.count-number*blockKeys)*keyBytes]
		if _, err := f.f.ReadAt(block, int64(number)*int64(len(f.block))); err != nil {
			return false, err
		}
		f.number = number
	}
	low, high := 0, min(blockKeys, f.count-number*blockKeys)
	for low < high {
		middle := (low + high) / 2
		switch at := binary.LittleEndian.Uint64(f.block[middle*keyBytes:]); {
		case at == k:
			return true, nil
		case at < k:
			low = middle + 1
		default:
			high = middle
		}
	}
	return false, nil
}

// merge adds n ascending keys, none of which is there. After an error all is as it was.
func (f *file) merge(keys iter.Seq[uint64], n int) error {
	to, err := os.CreateTemp("", "edgewarm-seen-*")
	if err != nil {
		return err
	}
	// Where the system allows it, nothing is left even of a process that is killed.
	_ = os.Remove(to.Name())
	w := &writer{to: bufio.NewWriterSize(to, bufferBytes), fences: make([]uint64, 0, (f.count+n)/blockKeys+1)}
	if err = f.into(w, keys); err == nil {
		err = w.to.Flush()
	}
	if err != nil {
		discard(to)
		return err
	}
	if f.filter == nil {
		f.filter = make(filter, filterWords)
	}
	for k := range keys {
		f.filter.add(k & entryMask)
	}
	f.close()
	f.f, f.fences, f.count, f.number = to, w.fences, w.count, -1
	return nil
}

// into writes what the file has and the keys, in their order.
func (f *file) into(w *writer, keys iter.Seq[uint64]) error {
	old := &reader{from: bufio.NewReaderSize(io.NewSectionReader(f.f, 0, int64(f.count)*keyBytes), bufferBytes), left: f.count}
	old.next()
	for k := range keys {
		for old.more && old.key < k {
			w.write(old.key)
			old.next()
		}
		if w.write(k); old.err != nil || w.err != nil {
			break
		}
	}
	for ; old.more && w.err == nil; old.next() {
		w.write(old.key)
	}
	if old.err != nil {
		return old.err
	}
	return w.err
}

// reader reads keys one after the other: key is the next of them while there is more.
type reader struct {
	from *bufio.Reader
	left int
	key  uint64
	more bool
	err  error
}

func (r *reader) next() {
	if r.more = r.left > 0; !r.more {
		return
	}
	r.left--
	var b [keyBytes]byte
	_, r.err = io.ReadFull(r.from, b[:])
	r.key, r.more = binary.LittleEndian.Uint64(b[:]), r.err == nil
}

// writer writes ascending keys.
type writer struct {
	to     *bufio.Writer
	fences []uint64
	count  int
	err    error
}

func (w *writer) write(k uint64) {
	if w.count%blockKeys == 0 {
		w.fences = append(w.fences, k)
	}
	var b [keyBytes]byte
	binary.LittleEndian.PutUint64(b[:], k)
	_, w.err = w.to.Write(b[:])
	w.count++
}

func (f *file) close() {
	if f.f != nil {
		discard(f.f)
	}
}

// discard removes the file where that was not possible while it was open.
func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}
