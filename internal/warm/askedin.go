package warm

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"

	"github.com/edgewarm/edgewarm/internal/inflate"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

// AskedIn is what one log has of a URL: its requests as they were, neither decayed nor forecast.
type AskedIn struct {
	Log      string  `json:"log"`
	Requests float64 `json:"requests"`
	Misses   float64 `json:"misses"`
	Bytes    float64 `json:"bytes"`
	// Lines are the numbers of the first lines that name its path, bots and failures among them.
	Lines []int `json:"lines"`
}

const (
	// shownLines is how many lines are named: enough to look into a log.
	shownLines = 5
	// logMemory is what counting one log may take.
	logMemory = 64 << 20
	// maxLog bounds what of a log, decoded, is looked into for lines: as much as is counted of one.
	maxLog = 1 << 40
)

// askedIn looks for a URL in each of the config's logs but stdin, which cannot be read again.
func (w *Warmer) askedIn(ctx context.Context, url string, faults *int) ([]AskedIn, error) {
	set, err := w.configLogs(ctx, nil)
	defer set.close()
	var asked []AskedIn
	for i, l := range set.logs {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		w.Watch.progress(StageExplain, i, len(set.logs))
		c := w.counter()
		c.HalfLife, c.Memory = 0, logMemory
		_, unread := c.Logs(ctx, l)
		err = errors.Join(err, unread)
		if d := c.Demand(url); d.Requests > 0 {
			asked = append(asked, AskedIn{l.Name, d.Requests, d.Misses, d.Bytes, linesNaming(ctx, l, url)})
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, err := range split(err) {
		*faults++
		w.Watch.fault(err, hintOf(err, logHint(err)))
	}
	return asked, nil
}

// linesNaming are the numbers of the first lines of a log that have the path of a URL. They are for looking closer: a log
// that cannot be read to its end has those that were found.
func linesNaming(ctx context.Context, l popularity.Log, raw string) []int {
	u, err := url.Parse(raw)
	if err != nil {
		return nil
	}
	file, err := l.Open(ctx)
	if err != nil {
		return nil
	}
	defer file.Close()
	text, err := inflate.NewReader(file, maxLog)
	if err != nil {
		return nil
	}
	return scan(text, [][]byte{[]byte(u.EscapedPath()), []byte(u.Path)})
}

func scan(text io.Reader, paths [][]byte) (found []int) {
	lines := bufio.NewReaderSize(text, 64<<10)
	number, named := 1, false
	for len(found) < shownLines {
		// What does not fit into the buffer is looked at in pieces: no path that matters is cut.
		piece, err := lines.ReadSlice('\n')
		for _, path := range paths {
			named = named || endsWord(piece, path)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if named {
			found = append(found, number)
		}
		if err != nil {
			return found
		}
		number, named = number+1, false
	}
	return found
}

// endsWord reports whether a path is in a line and is not the beginning of a longer one.
func endsWord(line, path []byte) bool {
	for {
		i := bytes.Index(line, path)
		if i < 0 {
			return false
		}
		line = line[i+len(path):]
		if len(line) == 0 || bytes.IndexByte([]byte(" \"?#\t,;\r\n"), line[0]) >= 0 {
			return true
		}
	}
}
