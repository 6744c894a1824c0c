package popularity

import (
	"fmt"
	"hash/maphash"
	"io"
	"time"

	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warning"
)

// Policy says which parameters of a query belong to the cache key; its zero value keeps all.
type Policy = urlkey.Policy

// Warning is one fault of a log, at a line.
type Warning = warning.Warning

// Counter counts what access logs tell of each URL. Its zero value is ready, and counts what is worth warming: GET
// requests answered with 200, 206 or 304, of people. Set its fields before the first Read.
//
// Read and Files must not be called at once; Demand, All and ErrorBound may be, by any number of goroutines, once
// reading is done.
type Counter struct {
	// Format names the format of the logs; "" and "auto" find it from the first lines of each.
	Format string
	// HalfLife is the age at which a request counts half. 0: all count alike.
	HalfLife time.Duration
	// Until is when ages are taken from: the time that the plan is made for. A request after it counts whole. Zero: the
	// newest request that was counted, so that a log that ends days ago orders a plan as it would have then.
	Until time.Time
	// Since and Before leave out what is not within them, lines without a time excepted. Zero: no bound.
	Since, Before time.Time
	// Policy says which parameters of the query belong to the cache key. Zero: all.
	Policy Policy
	// Base is the URL whose scheme and host are meant by lines that have no host of their own. Empty: such lines count
	// for their path on any host.
	Base string
	// Raw counts the log as it is: GET and HEAD, bots and repeated lines included, each range by itself, undecayed.
	Raw bool
	// Memory bounds, in bytes, what is held for counting. Past it counts become lower bounds: see ErrorBound.
	// 0: 256 MiB; less than 4 MiB is taken as 4 MiB.
	Memory int64
	// Stdin is what the pattern - reads. nil: os.Stdin.
	Stdin io.Reader

	state *state
}

const (
	defaultMemory = 256 << 20
	minMemory     = 4 << 20
)

// state is what has been counted.
type state struct {
	store
	// ids are the RequestIDs that were seen, viewings what one client reads of one URL in many ranges.
	ids      *recent
	viewings *seen
	agents   agents
	reader   accesslog.Reader
	// known are the logs that were counted.
	known known
	// prefix is the host of Base, which goes before the path of lines without a host; base its class.
	prefix string
	base   class
	until  int64
	// from is the time at which a request counts whole while reading: until, or that of the first request.
	from int64
	// newest is the time of the newest request counted; 0 for none.
	newest int64
	// at and factor are the time of the last line and the weight that it came to.
	at     int64
	factor float64
	batch  batch
	// url is where key puts together what it asks about.
	url []byte
}

// start checks the options and makes the state, once.
func (c *Counter) start() (*state, error) {
	if c.state != nil {
		return c.state, nil
	}
	format, err := accesslog.ParseFormat(c.Format)
	if err != nil {
		return nil, &Error{Op: "read", Name: "logs", Err: err}
	}
	memory := c.Memory
	if memory == 0 {
		memory = defaultMemory
	}
	memory = max(memory, minMemory)
	until := c.Until
	if until.IsZero() {
		until = time.Now()
	}
	s := &state{
		store:    store{budget: memory / 4 * 3, seed: maphash.MakeSeed(), scale: 1},
		ids:      newRecent(memory / 8),
		viewings: newSeen(memory / 8),
		reader:   accesslog.Reader{Format: format},
		base:     pathOnly,
		until:    until.Unix(),
		from:     until.Unix(),
	}
	if c.Base != "" {
		u, err := urlkey.Normalize(c.Base)
		if err != nil {
			return nil, &Error{Op: "read", Name: "logs", Err: fmt.Errorf("base: %w", err)}
		}
		s.base, s.prefix = split(urlkey.Origin(u))
	}
	c.state = s
	return s, nil
}
