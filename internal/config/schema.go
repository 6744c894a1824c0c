package config

import (
	"embed"
	"encoding/json"
	"io"
	"reflect"
	"regexp"
	"strings"
	"time"
)

// The sections' own source, whose comments describe each key.
//
//go:embed config.go popularity.go serve.go
var sources embed.FS

// schema is a JSON schema (draft 2020-12), as far as this one needs it.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        any                `json:"type,omitempty"` // a word, or several
	Enum        []any              `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	Default     any                `json:"default,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	// Additional is what other keys may have: false for none.
	Additional any       `json:"additionalProperties,omitempty"`
	AnyOf      []*schema `json:"anyOf,omitempty"`
}

// WriteSchema writes the JSON schema of the file, by which editors complete and check it. Parse checks more.
func WriteSchema(w io.Writer) error {
	s := sectionSchema(reflect.TypeFor[Config](), reflect.ValueOf(*Default()))
	s.Schema, s.Title = "https://json-schema.org/draft/2020-12/schema", "edgewarm.yaml"
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(s)
}

// sectionSchema is of a struct; defaults is the one that Default has, invalid for entries of lists.
func sectionSchema(t reflect.Type, defaults reflect.Value) *schema {
	s := &schema{Type: []string{"object", "null"}, Properties: map[string]*schema{}, Additional: false}
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" {
			continue
		}
		var value reflect.Value
		if defaults.IsValid() {
			value = defaults.Field(i)
		}
		of := valueSchema(f.Type, f.Tag, value)
		of.Description = comment(t.Name(), f.Name)
		s.Properties[name] = of
	}
	return s
}

// What the file has for times, for shares of a quota and for sizes.
const (
	durationPattern = `^([0-9]+d)?([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^[0-9]+d$|^0$`
	reservePattern  = `^[0-9]+(\.[0-9]+)?%$`
	sizePattern     = `^[0-9]+(\.[0-9]+)? *([KMG]i?B|kB|B)$`
)

func valueSchema(t reflect.Type, tag reflect.StructTag, value reflect.Value) *schema {
	zero := 0
	switch {
	case t == reflect.TypeFor[Source]():
		return &schema{AnyOf: []*schema{{Type: "string"}, sectionSchema(t, reflect.Value{})}}
	case t == reflect.TypeFor[time.Duration]():
		return withDefault(&schema{Type: "string", Pattern: durationPattern}, value, tag)
	case t == reflect.TypeFor[Reserve]():
		return withDefault(&schema{Type: []string{"string", "integer"}, Pattern: reservePattern, Minimum: &zero}, value, tag)
	case t == reflect.TypeFor[Size]():
		return withDefault(&schema{Type: "string", Pattern: sizePattern}, value, tag)
	case tag.Get("oneof") != "":
		s := &schema{}
		for word := range strings.FieldsSeq(tag.Get("oneof")) {
			s.Enum = append(s.Enum, word)
		}
		return withDefault(s, value, tag)
	case tag.Get("auto") != "":
		return &schema{AnyOf: []*schema{{Enum: []any{tag.Get("auto")}}, {Type: "integer", Minimum: &zero}}, Default: tag.Get("auto")}
	}
	switch t.Kind() {
	case reflect.Struct:
		return sectionSchema(t, value)
	case reflect.Slice:
		return &schema{Type: []string{"array", "null"}, Items: valueSchema(t.Elem(), "", reflect.Value{})}
	case reflect.Map:
		return &schema{Type: []string{"object", "null"}, Additional: valueSchema(t.Elem(), "", reflect.Value{})}
	case reflect.Bool:
		return withDefault(&schema{Type: "boolean"}, value, tag)
	case reflect.Float64:
		return withDefault(&schema{Type: "number"}, value, tag)
	case reflect.Int, reflect.Int64:
		return withDefault(&schema{Type: "integer", Minimum: &zero}, value, tag)
	}
	return withDefault(&schema{Type: "string"}, value, tag)
}

// withDefault adds what the file has when it says nothing, where that is something.
func withDefault(s *schema, value reflect.Value, tag reflect.StructTag) *schema {
	if value.IsValid() && !value.IsZero() {
		s.Default = plainValue(value, "", tag)
	}
	return s
}

// comment is the comment of a field in the source, as one line; of a group of fields without one of their own, that above
// them.
func comment(typeName, field string) string {
	for _, name := range []string{"config.go", "popularity.go", "serve.go"} {
		text, err := sources.ReadFile(name)
		if err != nil {
			return "" // it is built in
		}
		_, body, found := strings.Cut(string(text), "type "+typeName+" struct {\n")
		if !found {
			continue
		}
		body, _, _ = strings.Cut(body, "\n}\n")
		return fieldComment(body, field)
	}
	return ""
}

var fieldName = regexp.MustCompile(`^\t([A-Z]\w*)\s`)

func fieldComment(body, field string) string {
	var lines []string
	fresh := true // the lines are of the next field
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\n")
		text, isComment := strings.CutPrefix(line, "\t// ")
		switch m := fieldName.FindStringSubmatch(line); {
		case isComment && !fresh:
			lines, fresh = []string{text}, true
		case isComment:
			lines = append(lines, text)
		case m != nil && m[1] == field:
			return strings.Join(lines, " ")
		case m != nil:
			fresh = false
		default:
			lines, fresh = nil, true
		}
	}
	return ""
}
