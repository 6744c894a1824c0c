package inflate

import (
	"errors"
	"fmt"
	"io"
)

// ErrTrailing is returned by Read, after all that was decoded and checked, when something that is neither another member
// nor padding follows. A browser ignores it; in a file it may be the damaged rest of the data.
var ErrTrailing = errors.New("unknown bytes after the end of the gzip data")

// LimitError is returned by Read when there is more than Max bytes. All bytes up to the limit were given out before.
type LimitError struct {
	// Max is the limit in bytes.
	Max int64
	// Sent is set where the bytes were counted before they were decoded.
	Sent bool
}

func (e *LimitError) Error() string {
	if e.Sent {
		return "body as sent is larger than " + size(e.Max)
	}
	return "decoded body is larger than " + size(e.Max)
}

// EncodingError names a Content-Encoding that is not read.
type EncodingError struct {
	// Name is what the header says.
	Name string
}

func (e *EncodingError) Error() string { return fmt.Sprintf("unsupported encoding %.60q", e.Name) }

// size writes a number of bytes as people do, where it is a round one.
func size(n int64) string {
	units := [...]string{"bytes", "KiB", "MiB", "GiB"}
	i := 0
	for ; i < len(units)-1 && n > 0 && n%1024 == 0; i++ {
		n /= 1024
	}
	return fmt.Sprintf("%d %s", n, units[i])
}

// early turns an end that comes too early into what it is.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
