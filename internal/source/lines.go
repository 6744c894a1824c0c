package source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds a line, and a record of a CSV file that goes over several: no server takes a longer URL, and other
// columns hold a paragraph at most.
const maxLine = 64 << 10

var errLongLine = fmt.Errorf("longer than %d KiB", maxLine>>10)

// lines reads numbered lines. Some of them can be given back, to be read once more.
type lines struct {
	r     *bufio.Reader
	count int
	again []line
}

// line is a line without its end. text is valid until the next one is read.
type line struct {
	number int
	text   []byte
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, maxLine)} }

// next returns the next line; the error is that of the reader, io.EOF at the end, or errLongLine, after which it goes on
// with the next one.
func (l *lines) next() (line, error) {
	if len(l.again) > 0 {
		one := l.again[0]
		l.again = l.again[1:]
		return one, nil
	}
	text, err := l.r.ReadSlice('\n')
	if len(text) == 0 && err != nil {
		return line{}, err
	}
	l.count++
	one := line{number: l.count}
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.r.ReadSlice('\n')
		}
		return one, errLongLine
	}
	if err == nil {
		text = text[:len(text)-1]
	}
	if n := len(text); n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	one.text = text
	return one, nil // an error comes again with the next line
}

// back gives lines back. Their texts must stay as they are.
func (l *lines) back(some []line) { l.again = append(some, l.again...) }
