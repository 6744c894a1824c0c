package accesslog

import (
	"fmt"
	"slices"
	"strings"
)

// Format is a way to read lines. Its zero value stands for: find it from the first lines.
type Format struct {
	name string
	make func() parser
}

// parser reads the lines of one log; it may remember what earlier lines said. A line is never empty.
type parser interface {
	parse(line []byte, emit func(*Record)) verdict
}

// verdict is what a parser says of a line.
type verdict uint8

const (
	bad  verdict = iota // does not fit the format
	fine                // fits, and was given to emit
	none                // has no request by nature: a header, a comment, a line of another logger
)

// String returns the name that ParseFormat knows the format by, "custom" for a format string, "auto" for the zero value.
func (f Format) String() string {
	if f.name == "" {
		return "auto"
	}
	return f.name
}

// The formats of nginx and Apache, as nginx writes them. The user agent and what is before it may be missing, for
// combined logs and common ones are found joined.
const (
	combinedText = `$remote_addr $ident $remote_user [$time_local] "$request" $status $body_bytes_sent ` +
		`"$http_referer" "$http_user_agent"`
	vhostText = `$host ` + combinedText
)

// builtin are the formats that have a name. The names of JSON logs say whose keys they are: all are read alike.
var builtin = map[string]func() parser{
	"common":     mustCompile(combinedText),
	"combined":   mustCompile(combinedText),
	"vhost":      mustCompile(vhostText),
	"nginx":      mustCompile(combinedText),
	"apache":     mustCompile(combinedText),
	"w3c":        newW3C,
	"cloudfront": newW3C,
	"json":       newJSON,
	"edgeone":    newJSON,
	"nginx-json": newJSON,
	"caddy":      newJSON,
	"traefik":    newJSON,
	"fastly":     newJSON,
	"cloudflare": newJSON,
	"csv":        func() parser { return &sheet{comma: ','} },
	"tsv":        func() parser { return &sheet{comma: '\t'} },
}

func mustCompile(text string) func() parser {
	return func() parser {
		t, err := compile(text)
		if err != nil {
			panic(err) // our own texts compile, which a test shows
		}
		return t
	}
}

func newW3C() parser  { return &table{w3c: true} }
func newJSON() parser { return &jsonLines{names: names} }

// Names returns the names that ParseFormat knows, sorted.
func Names() []string {
	list := []string{"auto"}
	for name := range builtin {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// ParseFormat returns the format of a name such as combined, edgeone or csv; of a log_format string of nginx or a
// LogFormat string of Apache, such as '$host $remote_addr [$time_local] "$request" $status'; of one that writes JSON,
// which tells the keys: {"u":"$request_uri","s":"$status"}; or of columns, with the names of any of the formats known
// here: "csv:RequestTime,RequestHost,RequestUrl,EdgeResponseStatusCode". "" and auto give the zero Format.
func ParseFormat(s string) (Format, error) {
	s = strings.TrimSpace(s)
	if s == "" || s == "auto" {
		return Format{}, nil
	}
	if make := builtin[s]; make != nil {
		return Format{s, make}, nil
	}
	f, err := customFormat(s)
	if err != nil {
		return Format{}, &Error{Op: "configure", Err: fmt.Errorf("format %.200q: %w", s, err)}
	}
	return f, nil
}

func customFormat(s string) (Format, error) {
	if list, ok := strings.CutPrefix(s, "csv:"); ok {
		return columnFormat(list, ',')
	}
	if list, ok := strings.CutPrefix(s, "tsv:"); ok {
		return columnFormat(list, '\t')
	}
	if s[0] == '{' {
		return keyFormat(s)
	}
	if !strings.ContainsAny(s, "$%") {
		return Format{}, fmt.Errorf("%w; known are %s", ErrUnknownFormat, strings.Join(Names(), ", "))
	}
	t, err := compile(s)
	if err != nil {
		return Format{}, err
	}
	return Format{"custom", func() parser { c := *t; return &c }}, nil
}
