package inflate

import (
	"bytes"
	"io"
)

// sniffSize is how many bytes tell the format: bzip2 needs its own magic and that of its first block.
const sniffSize = 10

// opener puts a decoder around what is read.
type opener func(*buffer) (decoder, error)

// decoder is one layer.
type decoder interface {
	io.Reader
	releaser
}

// NewReader returns r decompressed if it begins like gzip, zstd or bzip2, up to twice, and else r as it is. A gzip file
// may have any number of members. limit bounds the decoded bytes; 0 is no limit, for what is counted elsewhere.
// What is cut off is io.ErrUnexpectedEOF after all that decoded. The error of NewReader is a header that cannot be read.
func NewReader(r io.Reader, limit int64) (*Reader, error) {
	z := newReader(r, limit)
	for {
		name, open := sniff(z.buffered().head(sniffSize))
		if open == nil {
			return z, nil
		}
		if err := z.push(name, open); err != nil {
			_ = z.Close()
			return nil, err
		}
	}
}

// sniff tells the format by its first bytes; a nil opener says that they are none.
func sniff(head []byte) (string, opener) {
	switch {
	case isGzip(head):
		return "gzip", openGzip
	case isZstd(head):
		return "zstd", openZstd
	case isBzip2(head):
		return "bzip2", openBzip2
	}
	return "", nil
}

func isGzip(head []byte) bool { return bytes.HasPrefix(head, gzipMagic) }

var gzipMagic = []byte{0x1f, 0x8b, 0x08}

// isZstd takes a skippable frame too, which some writers begin with.
func isZstd(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	if head[0] == 0x28 && head[1] == 0xb5 && head[2] == 0x2f && head[3] == 0xfd {
		return true
	}
	return head[0]&0xf0 == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18
}

// isBzip2 wants the magic of a block, or of the end, behind the file's: "BZh9" alone may begin a text.
func isBzip2(head []byte) bool {
	if len(head) < 10 || string(head[:3]) != "BZh" || head[3] < '1' || head[3] > '9' {
		return false
	}
	block := string(head[4:10])
	return block == "1AY&SY" || block == "\x17\x72\x45\x38\x50\x90"
}
