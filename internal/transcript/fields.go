package transcript

import "encoding/binary"

// fields reads what a frame or a text is made of. Behind its end all is empty, and it is damaged.
type fields struct {
	b       []byte
	damaged bool
}

// fail makes all that follows empty.
func (f *fields) fail() { f.b, f.damaged = nil, true }

func (f *fields) byte() byte {
	b := f.bytes(1)
	if f.damaged {
		return 0
	}
	return b[0]
}

func (f *fields) uvarint() uint64 {
	if len(f.b) > 0 && f.b[0] < 0x80 { // as most are
		n := f.b[0]
		f.b = f.b[1:]
		return uint64(n)
	}
	n, size := binary.Uvarint(f.b)
	f.skip(size)
	return n
}

func (f *fields) varint() int64 {
	n, size := binary.Varint(f.b)
	f.skip(size)
	return n
}

func (f *fields) uint64() uint64 {
	b := f.bytes(8)
	if f.damaged {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

// skip goes on behind a varint; one that has no end, or is too long, has a size of 0 or less.
func (f *fields) skip(size int) {
	if size <= 0 {
		f.fail()
		return
	}
	f.b = f.b[size:]
}

func (f *fields) bytes(n uint64) []byte {
	if n > uint64(len(f.b)) {
		f.fail()
		return nil
	}
	b := f.b[:n]
	f.b = f.b[n:]
	return b
}
