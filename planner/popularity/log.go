package popularity

import (
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

// ErrChanged is wrapped by the error for a log that was counted before, and does not begin with what was counted of it.
// What it had cannot be taken back: everything has to be counted again, by a new Counter.
var ErrChanged = accesslog.ErrChanged

// Log is one access log, wherever it is kept.
type Log struct {
	// Name tells it from others, and is what errors and Stats call it.
	Name string
	// Size, in bytes as it is stored, and Modified: a log that has both as when it was counted has nothing new. With a
	// zero Modified it is not remembered: it cannot be read twice.
	Size     int64
	Modified time.Time
	// Open opens it at its beginning. An io.Seeker is not read up to where it was counted, as far as can be.
	Open func(context.Context) (io.ReadCloser, error)
	// Transcript opens what Transcribe wrote of it elsewhere, which then is counted in its stead: it comes to the same, and
	// costs less. nil, or an error: there is none, and the log itself is read.
	Transcript func(context.Context) (io.ReadCloser, error)
}

// Logs counts logs, in their order: of those that were counted before only what is new. A log that cannot be read does
// not keep the others from being counted: the errors are joined. A cancelled context, ErrChanged and ErrTranscript end it.
func (c *Counter) Logs(ctx context.Context, logs ...Log) ([]Stats, error) {
	var all []Stats
	var problems []error
	for _, l := range logs {
		stats, err := c.log(ctx, l)
		all = append(all, stats)
		problems = append(problems, err)
		if ctx.Err() != nil || Spoilt(err) {
			break
		}
	}
	return all, errors.Join(problems...)
}

// Spoilt reports whether err is why everything has to be counted again, by a new Counter: ErrChanged or ErrTranscript.
func Spoilt(err error) bool { return errors.Is(err, ErrChanged) || errors.Is(err, ErrTranscript) }

// log counts what is new of one log.
func (c *Counter) log(ctx context.Context, l Log) (Stats, error) {
	s, err := c.start()
	if err != nil {
		return Stats{Name: l.Name}, err
	}
	if k := s.known.names[l.Name]; k.unchanged(l) {
		k.claimed = true
		return Stats{Name: l.Name, Unchanged: true, Format: k.Format}, k.failure()
	}
	if t := c.transcript(ctx, l); t != nil {
		defer t.close()
		return c.replay(ctx, l, t)
	}
	r, err := l.Open(ctx)
	if err != nil {
		return Stats{Name: l.Name}, &Error{Op: "open", Name: l.Name, Err: reason(err)}
	}
	defer r.Close()
	k, whole, err := s.known.find(l, r)
	if err != nil {
		return Stats{Name: l.Name}, err
	}
	stats, at, err := c.read(ctx, s.reader, l.Name, whole, k.Place)
	if ctx.Err() == nil && !errors.Is(err, ErrChanged) {
		s.known.counted(k, l, at, stats.Format, err)
	}
	return stats, err
}

// known is what is remembered of the logs that were counted.
type known struct {
	names map[string]*counted
	// heads finds logs by how they begin, for they are renamed and compressed; sizes are those of the beginnings.
	heads map[head]*counted
	sizes map[int]bool
}

// head is the beginning of a log.
type head struct {
	size int
	sum  uint64
}

// counted is one log that was counted.
type counted struct {
	Name     string
	Size     int64
	Modified int64 // Unix nanoseconds
	Format   string
	Place    accesslog.Place
	// Failed is why it was not read to its end; "" when it was.
	Failed string `json:",omitempty"`
	// claimed tells that it was met in this run.
	claimed bool
}

func (k *counted) unchanged(l Log) bool {
	return k != nil && !l.Modified.IsZero() && k.Size == l.Size && k.Modified == l.Modified.UnixNano()
}

func (k *counted) head() head { return head{k.Place.HeadSize, k.Place.Head} }

// failure is the error that reading it ended with.
func (k *counted) failure() error {
	if k.Failed == "" {
		return nil
	}
	return &Error{Op: "read", Name: k.Name, Err: errors.New(k.Failed)}
}

// find returns what is known of a log that was opened, whatever it was called before; something empty for one that is
// new. whole is the log from its beginning.
func (n *known) find(l Log, r io.Reader) (k *counted, whole io.Reader, err error) {
	same := n.names[l.Name]
	if same != nil && same.Failed != "" {
		return nil, r, &Error{Op: "read", Name: l.Name, Err: ErrChanged}
	}
	if len(n.heads) == 0 || l.Modified.IsZero() {
		return &counted{}, r, nil
	}
	begins, whole, err := accesslog.Begin(r)
	if err != nil {
		return nil, whole, &Error{Op: "read", Name: l.Name, Err: err}
	}
	if k := n.begun(begins, same); k != nil {
		return k, whole, nil
	}
	return &counted{}, whole, nil
}

// begun finds the log that begins so, nil for none: the one of the same name, or one that nothing was found to be yet.
func (n *known) begun(begins []byte, same *counted) *counted {
	for size := range n.sizes {
		if len(begins) < size {
			continue
		}
		k := n.heads[head{size, accesslog.Fingerprint(begins[:size])}]
		if k != nil && k.Place.HeadSize == size && (k == same || !k.claimed) {
			return k
		}
	}
	return nil
}

// counted remembers how far a log was counted, and the error that ended it.
func (n *known) counted(k *counted, l Log, at accesslog.Place, format string, err error) {
	if l.Modified.IsZero() {
		return
	}
	n.forget(k)
	k.Name, k.Size, k.Modified, k.Place, k.Format, k.Failed = l.Name, l.Size, l.Modified.UnixNano(), at, format, ""
	if failed := (*Error)(nil); errors.As(err, &failed) {
		k.Failed = failed.Err.Error()
	}
	n.note(k)
}

// note remembers a log that was counted.
func (n *known) note(k *counted) {
	if n.names == nil {
		n.names, n.heads, n.sizes = map[string]*counted{}, map[head]*counted{}, map[int]bool{}
	}
	k.claimed = true
	n.names[k.Name] = k
	n.index(k)
}

// forget takes off the name of a log that has another now.
func (n *known) forget(k *counted) {
	if n.names[k.Name] == k {
		delete(n.names, k.Name)
	}
}

// all are the logs that are known, in order of their names.
func (n *known) all() []*counted {
	met := map[*counted]bool{}
	for _, k := range n.names {
		met[k] = true
	}
	for _, k := range n.heads {
		met[k] = true
	}
	return slices.SortedFunc(maps.Keys(met), func(a, b *counted) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.Modified, b.Modified))
	})
}

func (n *known) index(k *counted) {
	if k.Place.HeadSize > 0 {
		n.heads[k.head()] = k
		n.sizes[k.Place.HeadSize] = true
	}
}
