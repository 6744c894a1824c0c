package warm

import (
	"context"
	"io"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// progressBytes is how much of a log is read between two words of progress.
const progressBytes = 1 << 20

// meter has a log tell how much of it was read.
func (d *demand) meter(l *popularity.Log) {
	d.total += l.Size
	d.meterTranscript(l)
	open := l.Open
	l.Open = func(ctx context.Context) (io.ReadCloser, error) {
		r, err := open(ctx)
		if err != nil {
			return nil, err
		}
		m := metered{r, d}
		if s, ok := r.(io.Seeker); ok {
			return meteredSeeker{m, s}, nil
		}
		return m, nil
	}
}

// meterTranscript counts a log as read once its transcript is.
func (d *demand) meterTranscript(l *popularity.Log) {
	if open := l.Transcript; open != nil {
		l.Transcript = func(ctx context.Context) (io.ReadCloser, error) {
			r, err := open(ctx)
			if err == nil {
				d.read += l.Size
			}
			return r, err
		}
	}
}

// metered is read by one goroutine at a time, and by none when its log is done.
type metered struct {
	io.ReadCloser
	d *demand
}

func (m metered) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.d.read += int64(n)
	if m.d.read-m.d.told >= progressBytes {
		m.d.told = m.d.read
		m.d.Watch.progress(StageLogs, int(m.d.read), int(max(m.d.total, m.d.read)))
	}
	return n, err
}

// meteredSeeker is one that can be read from the midst.
type meteredSeeker struct {
	metered
	io.Seeker
}
