package hls

// DefaultMaxSegments bounds one playlist: 1,000,000 segments of 2 seconds are 23 days, more than any title is long.
const DefaultMaxSegments = 1_000_000

// Parse reads one playlist whose URL, after redirects, is base, and calls emit for each URL it lists until emit returns
// false. The error is an *Error: it wraps ErrNotHLS for a body that is no playlist, and ErrVariable when some entries
// could not be resolved and were left out.
func Parse(body []byte, base string, o Options, emit func(*Entry) bool) (Document, error) {
	return Document{}, &Error{Op: "parse", URL: base, Err: ErrNotHLS}
}

// Sniff says whether the first bytes of a body look like an HLS playlist.
func Sniff(head []byte) bool { return false }
