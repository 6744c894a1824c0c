package config

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// WriteReference writes a Markdown table of each section's keys: what each is, its default, and its variable in the
// environment where it has one.
func WriteReference(w io.Writer) error {
	var text strings.Builder
	writeSection(&text, "", reflect.TypeFor[Config](), reflect.ValueOf(*Default()))
	_, err := io.WriteString(w, text.String())
	return err
}

// writeSection writes the keys of one section, then the sections in it.
func writeSection(text *strings.Builder, key string, t reflect.Type, defaults reflect.Value) {
	title, heading := key, "##"
	if key == "" {
		title = "The file"
	}
	fmt.Fprintf(text, "%s %s\n\n| key | what it is | default | variable |\n|---|---|---|---|\n", heading, title)
	var below []func()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("yaml")
		if name == "" {
			continue
		}
		path := strings.TrimPrefix(key+"."+name, ".")
		section, value := sectionOf(f.Type), reflect.Value{}
		if defaults.IsValid() {
			value = defaults.Field(i)
		}
		variable := ""
		if isScalar(f.Type) && defaults.IsValid() {
			variable = "`" + leaf{key: path}.variable() + "`"
		}
		fmt.Fprintf(text, "| `%s` | %s | %s | %s |\n", name, cell(described(t, f)), cell(defaultOf(f, value)), variable)
		if section != nil {
			if section != f.Type { // entries of a list have no defaults of their own
				path, value = path+"[]", reflect.Value{}
			}
			below = append(below, func() { writeSection(text, path, section, value) })
		}
	}
	text.WriteString("\n")
	for _, write := range below {
		write()
	}
}

// sectionOf is the struct that a field has, or a list of which it has; nil for none.
func sectionOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct && !isScalar(t) {
		return t
	}
	return nil
}

// described is the comment of a field, without what the table says elsewhere.
func described(t reflect.Type, f reflect.StructField) string {
	text := comment(t.Name(), f.Name)
	if words := strings.Fields(f.Tag.Get("oneof")); len(words) > 0 && text == "" {
		return strings.Join(words, ", ")
	}
	return text
}

func defaultOf(f reflect.StructField, value reflect.Value) string {
	if !value.IsValid() || sectionOf(f.Type) != nil || value.IsZero() {
		return ""
	}
	return fmt.Sprintf("`%v`", plainValue(value, "", f.Tag))
}

// cell keeps a text within its cell.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(text)
}
