package accesslog

// Format is a way to read lines. Its zero value stands for: find it from the first lines.
type Format struct {
	name string
	make func() parser
}

// parser reads the lines of one log; it may remember what earlier lines said.
type parser interface {
	parse(line []byte, r *Record, emit func(*Record)) verdict
}

// verdict is what a parser says of a line.
type verdict uint8

const (
	bad  verdict = iota // does not fit the format
	fine                // fits, and was given to emit
	none                // has no request by nature: a header, a comment, a blank line
)

// String returns the name that ParseFormat knows the format by, "auto" for the zero value.
func (f Format) String() string {
	if f.name == "" {
		return "auto"
	}
	return f.name
}

// ParseFormat returns the format of a name such as combined, edgeone or csv, of an nginx log_format or Apache LogFormat
// string, or of a list of columns such as "csv:RequestTime,RequestHost,RequestUrl". "" and auto give the zero Format.
func ParseFormat(s string) (Format, error) { return Format{}, nil }

// Detect finds the format from the decoded beginning of a log. The zero Format without an error is an empty log.
func Detect(head []byte) (Format, error) { return Format{}, nil }
