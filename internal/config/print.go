package config

import (
	"io"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// Print writes the effective configuration as YAML that Parse reads, with secrets masked. What the environment set
// carries the name of its variable.
func (c *Config) Print(w io.Writer) error {
	comments := yaml.CommentMap{}
	for key, p := range c.places {
		if p.variable != "" {
			comments["$."+key] = []*yaml.Comment{yaml.LineComment(" " + p.variable)}
		}
	}
	e := yaml.NewEncoder(w, yaml.Indent(2), yaml.IndentSequence(true), yaml.WithComment(comments))
	if err := e.Encode(plainSection(reflect.ValueOf(c).Elem())); err != nil {
		return err
	}
	return e.Close()
}

// plainSection is a section as the YAML encoder writes it: keys in the order of the struct, values as the file has them.
func plainSection(v reflect.Value) yaml.MapSlice {
	var out yaml.MapSlice
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if name := f.Tag.Get("yaml"); name != "" {
			out = append(out, yaml.MapItem{Key: name, Value: plainValue(v.Field(i), name, f.Tag)})
		}
	}
	return out
}

func plainValue(v reflect.Value, name string, tag reflect.StructTag) any {
	switch x := v.Interface().(type) {
	case time.Duration:
		return formatDuration(x)
	case Reserve:
		return x.text()
	case Size:
		return x.text()
	case Source:
		return plainSource(x)
	case float64:
		return plainNumber(x)
	case string:
		return maskText(x)
	case map[string]string:
		return maskHeaders(x)
	}
	switch v.Kind() {
	case reflect.Struct:
		return plainSection(v)
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plainValue(v.Index(i), name, "")
		}
		return list
	case reflect.Map:
		var out yaml.MapSlice
		for _, k := range slices.SortedFunc(maps.Keys(mapOf(v)), strings.Compare) {
			out = append(out, yaml.MapItem{Key: k, Value: plainValue(mapOf(v)[k], k, "")})
		}
		return out
	}
	if auto := tag.Get("auto"); auto != "" && v.Int() == AutoQuota {
		return auto
	}
	return v.Interface()
}

// plainNumber keeps 50 from being written as 50.0.
func plainNumber(f float64) any {
	if n := int64(f); float64(n) == f {
		return n
	}
	return f
}

func mapOf(v reflect.Value) map[string]reflect.Value {
	m := make(map[string]reflect.Value, v.Len())
	for k, item := range v.Seq2() {
		m[k.String()] = item
	}
	return m
}

func plainSource(s Source) any {
	if s == (Source{URL: s.URL, Weight: 1}) {
		return maskText(s.URL)
	}
	out := yaml.MapSlice{}
	for i := range reflect.TypeFor[Source]().NumField() {
		name := reflect.TypeFor[Source]().Field(i).Tag.Get("yaml")
		if text, ok := reflect.ValueOf(s).Field(i).Interface().(string); ok && text != "" {
			out = append(out, yaml.MapItem{Key: name, Value: maskText(text)})
		}
	}
	if s.Weight != 1 {
		out = append(out, yaml.MapItem{Key: "weight", Value: plainNumber(s.Weight)})
	}
	return out
}

const masked = "********"

// secretHeader matches the names of headers whose values are nobody's business. It rather masks too much.
var secretHeader = regexp.MustCompile(`(?i)auth|cookie|token|secret|passw|session|credential|signature|key|jwt`)

func maskHeaders(h map[string]string) yaml.MapSlice {
	var out yaml.MapSlice
	for _, name := range slices.Sorted(maps.Keys(h)) {
		value := h[name]
		if secretHeader.MatchString(name) {
			value = masked
		}
		out = append(out, yaml.MapItem{Key: name, Value: value})
	}
	return out
}

// dsnPassword matches password=… of a Postgres DSN in its key and value form.
var dsnPassword = regexp.MustCompile(`(?i)\b(password|passwd|sslpassword)(\s*=\s*)('[^']*'|[^\s&]+)`)

// maskText masks the passwords of URLs and DSNs, and the parameters of a URL that look like tokens.
func maskText(s string) string {
	s = dsnPassword.ReplaceAllString(s, "${1}${2}"+masked)
	if !strings.Contains(s, "://") {
		return s
	}
	if strings.HasPrefix(s, "http") {
		return urlkey.Redact(s)
	}
	u, err := url.Parse(s)
	if err != nil {
		return masked
	}
	if _, has := u.User.Password(); has {
		return strings.Replace(u.Redacted(), ":xxxxx@", ":"+masked+"@", 1)
	}
	return s
}
