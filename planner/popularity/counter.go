package popularity

import (
	"context"
	"io"
	"iter"
	"time"

	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warning"
	"github.com/edgewarm/edgewarm/planner"
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
	// Until is when ages are taken from: the time that the plan is made for. Zero: when the first log is read.
	// A request after it counts whole.
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
}

// Stats is what one log came to. Each request of Records is in exactly one of Counted and what follows it.
type Stats struct {
	// Name is the file's, or "-".
	Name string `json:"name"`
	// Format is how it was read, "" for an empty log.
	Format string `json:"format"`
	// Lines counts all lines but blank ones and headers; Bad those that the format does not fit.
	Lines int `json:"lines"`
	Bad   int `json:"bad"`
	// Records counts the requests that the lines hold.
	Records int `json:"records"`
	// Counted is how many of them made demand.
	Counted int `json:"counted"`
	// Methods, Statuses, Bots, Duplicates, Ranges, Outside and Invalid were left out: another method than GET; another
	// status than 200, 206 and 304; the agent of a machine; a RequestID seen before; a further range of a viewing (its
	// bytes count); before Since or not before Before; no URL that could be asked for.
	Methods    int `json:"methods"`
	Statuses   int `json:"statuses"`
	Bots       int `json:"bots"`
	Duplicates int `json:"duplicates"`
	Ranges     int `json:"ranges"`
	Outside    int `json:"outside"`
	Invalid    int `json:"invalid"`
	// Future counts requests later than Until, and Undated those without a time: both count whole.
	Future  int `json:"future"`
	Undated int `json:"undated"`
	// First and Last are the earliest and the latest time of a request; zero when none has one.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Warnings has a sample of the bad lines.
	Warnings []Warning `json:"warnings,omitempty"`
}

// Read counts one log, which may be compressed; name is what errors and Stats call it. A log that fits no format, or
// whose lines are bad by more than a fifth, is an *Error; what was counted until then stays.
func (c *Counter) Read(ctx context.Context, name string, r io.Reader) (Stats, error) {
	return Stats{Name: name}, nil
}

// Files counts files, globs, folders with all that is below them, and - for stdin, each file once. A log that cannot be
// read does not keep the others from being counted: the errors are joined.
func (c *Counter) Files(ctx context.Context, patterns ...string) ([]Stats, error) { return nil, nil }

// Demand returns what was counted for a URL in its normal form; zero when nothing was. It does not allocate under a
// zero Policy.
func (c *Counter) Demand(url string) planner.Demand { return planner.Demand{} }

// ErrorBound is by how many requests, at most, any URL's count is too low, and how many a URL may have had that is not
// in All. It is 0 as long as Memory holds every URL.
func (c *Counter) ErrorBound() float64 { return 0 }

// Len is the number of URLs in All.
func (c *Counter) Len() int { return 0 }

// All yields every URL with its demand, the most requested first, then in order of URL. A URL of a log without schemes
// is given as https, one of a log without hosts as its path.
func (c *Counter) All() iter.Seq2[string, planner.Demand] {
	return func(func(string, planner.Demand) bool) {}
}
