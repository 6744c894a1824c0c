package crawler

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// wire is Resource as a JSON line. The names are a promise.
type wire struct {
	URL        string     `json:"url"`
	Kind       Kind       `json:"kind"`
	Role       string     `json:"role"`
	Parent     string     `json:"parent"`
	Depth      int        `json:"depth"`
	LastMod    *time.Time `json:"lastmod"`
	Priority   float64    `json:"priority"`
	ChangeFreq string     `json:"changefreq"`
	Published  *time.Time `json:"published"`
	Views      int64      `json:"views"`
	Start      float64    `json:"start"`
	Duration   float64    `json:"duration"`
	Bandwidth  int64      `json:"bandwidth"`
	Bytes      int64      `json:"bytes"`
	Title      string     `json:"title"`
	Index      int        `json:"index"`
	Rendition  *Rendition `json:"rendition"`
	Ad         bool       `json:"ad"`
	Error      string     `json:"error"`
}

// MarshalJSON writes the resource as one line: times in RFC 3339, durations in seconds, what is not known left out.
func (r Resource) MarshalJSON() ([]byte, error) { return r.AppendJSON(nil), nil }

// AppendJSON appends what MarshalJSON returns to b: a crawl writes millions of these.
func (r *Resource) AppendJSON(b []byte) []byte {
	b = append(b, `{"url":`...)
	b = appendString(b, r.URL)
	b = appendField(b, "kind", string(r.Kind))
	b = appendField(b, "role", r.Role)
	b = appendField(b, "parent", r.Parent)
	b = append(b, `,"depth":`...)
	b = strconv.AppendInt(b, int64(r.Depth), 10)
	if !r.LastMod.IsZero() {
		b = append(b, `,"lastmod":"`...)
		b = append(r.LastMod.AppendFormat(b, time.RFC3339), '"')
	}
	b = appendNumber(b, "priority", r.Priority)
	b = appendField(b, "changefreq", r.ChangeFreq)
	if !r.Published.IsZero() {
		b = append(b, `,"published":"`...)
		b = append(r.Published.AppendFormat(b, time.RFC3339), '"')
	}
	b = appendInt(b, "views", r.Views)
	b = appendNumber(b, "start", r.Start.Seconds())
	b = appendNumber(b, "duration", r.Duration.Seconds())
	b = appendInt(b, "bandwidth", r.Bandwidth)
	b = appendInt(b, "bytes", r.Bytes)
	b = appendField(b, "title", r.Title)
	b = appendInt(b, "index", int64(r.Index))
	b = r.Rendition.appendJSON(b)
	b = appendTrue(b, "ad", r.Ad)
	if r.Err != nil {
		b = appendField(b, "error", r.Err.Error())
	}
	return append(b, '}')
}

// appendJSON appends the rendition as a field, nothing for nil.
func (r *Rendition) appendJSON(b []byte) []byte {
	if r == nil {
		return b
	}
	b = append(b, `,"rendition":{"type":`...)
	b = appendString(b, r.Type)
	b = appendInt(b, "bandwidth", r.Bandwidth)
	b = appendInt(b, "average_bandwidth", r.AverageBandwidth)
	b = appendInt(b, "width", int64(r.Width))
	b = appendInt(b, "height", int64(r.Height))
	b = appendField(b, "codecs", r.Codecs)
	b = appendField(b, "language", r.Language)
	b = appendField(b, "group", r.Group)
	b = appendField(b, "name", r.Name)
	b = appendTrue(b, "default", r.Default)
	b = appendTrue(b, "failover", r.Failover)
	return append(b, '}')
}

// UnmarshalJSON reads a line that MarshalJSON wrote. An error comes back as its text.
func (r *Resource) UnmarshalJSON(b []byte) error {
	var w wire
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*r = Resource{
		URL: w.URL, Kind: w.Kind, Role: w.Role, Parent: w.Parent, Depth: w.Depth,
		Priority: w.Priority, ChangeFreq: w.ChangeFreq, Views: w.Views,
		Start: seconds(w.Start), Duration: seconds(w.Duration),
		Bandwidth: w.Bandwidth, Bytes: w.Bytes, Title: w.Title, Index: w.Index, Rendition: w.Rendition, Ad: w.Ad,
	}
	if w.LastMod != nil {
		r.LastMod = *w.LastMod
	}
	if w.Published != nil {
		r.Published = *w.Published
	}
	if w.Error != "" {
		r.Err = errors.New(w.Error)
	}
	return nil
}

// seconds rounds to the nanosecond, so that what was written reads back as it was.
func seconds(s float64) time.Duration {
	if s < 0 {
		return time.Duration(s*float64(time.Second) - 0.5)
	}
	return time.Duration(s*float64(time.Second) + 0.5)
}

func appendField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(appendName(b, name), value)
}

func appendInt(b []byte, name string, n int64) []byte {
	if n == 0 {
		return b
	}
	return strconv.AppendInt(appendName(b, name), n, 10)
}

func appendTrue(b []byte, name string, is bool) []byte {
	if !is {
		return b
	}
	return append(appendName(b, name), "true"...)
}

func appendNumber(b []byte, name string, f float64) []byte {
	if f == 0 {
		return b
	}
	return strconv.AppendFloat(appendName(b, name), f, 'f', -1, 64)
}

func appendName(b []byte, name string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// appendString quotes s. A normal URL has nothing to escape; what has goes through encoding/json.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x7f || c == '<' || c == '>' {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// appendEscaped quotes what is not plain. Beside what JSON asks for it escapes what terminals act on and what turns the
// direction of a text: lines are looked at, too.
func appendEscaped(b []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string always marshals
	for _, r := range string(quoted) {
		if !unicode.In(r, unicode.Cc, unicode.Cf) {
			b = utf8.AppendRune(b, r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			b = fmt.Appendf(b, `\u%04x`, unit)
		}
	}
	return b
}
