package warm

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/url"
	"os"
	"slices"

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

// askedIn looks for a URL in each of the config's files: stdin cannot be read again, and a bucket is far.
func (w *Warmer) askedIn(ctx context.Context, url string, faults *int) ([]AskedIn, error) {
	var asked []AskedIn
	p := w.Config.Popularity
	names, err := popularity.Expand(slices.DeleteFunc(slices.Clone(p.Logs), isBucket)...)
	if err != nil {
		*faults++
		w.Watch.fault(err, "mend the pattern in popularity.logs")
	}
	for i, name := range names {
		if name == "-" {
			continue
		}
		w.Watch.progress(StageExplain, i, len(names))
		c := w.counter()
		c.HalfLife, c.Memory = 0, logMemory
		if _, err := c.Files(ctx, name); err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			*faults++
			w.Watch.fault(err, "name the format in popularity.format")
		}
		if d := c.Demand(url); d.Requests > 0 {
			asked = append(asked, AskedIn{name, d.Requests, d.Misses, d.Bytes, linesNaming(name, url)})
		}
	}
	return asked, nil
}

// linesNaming are the numbers of the first lines of a file that have the path of a URL. They are for looking closer: a file
// that cannot be read to its end has those that were found.
func linesNaming(name, raw string) []int {
	u, err := url.Parse(raw)
	if err != nil {
		return nil
	}
	file, err := os.Open(name)
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
