package config

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// decoder fills config and collects every problem on the way.
type decoder struct {
	config   *Config
	problems []Problem
}

func (d *decoder) add(p Problem) {
	if p.Variable == "" {
		p.File = d.config.file
	}
	d.problems = append(d.problems, p)
}

// at adds a problem of the value at key, whose node says where it is.
func (d *decoder) at(n ast.Node, key, text, hint string) {
	pos := n.GetToken().Position
	d.add(Problem{Line: pos.Line, Column: pos.Column, Key: key, Text: text, Hint: hint})
}

// inOrder is the problems of the file in its order, then the rest.
func (d *decoder) inOrder() []Problem {
	slices.SortStableFunc(d.problems, func(a, b Problem) int {
		if c := cmp.Compare(a.Variable, b.Variable); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return d.problems
}

// document reads a whole file into the config.
func (d *decoder) document(data []byte) {
	file, err := parse(data)
	if err != nil {
		d.syntax(err)
		return
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.DirectiveType || doc.Body.Type() == ast.CommentType {
			continue
		}
		if body != nil {
			d.at(doc.Body, "", "a second YAML document begins here", "one file holds one configuration")
			return
		}
		body = doc.Body
	}
	if body != nil && body.Type() != ast.NullType {
		d.into(body, reflect.ValueOf(d.config).Elem(), "", "")
	}
}

// parse is the YAML parser with its panics made errors: what it reads is not ours.
func parse(data []byte) (f *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the YAML parser gave up: %v", r)
		}
	}()
	return parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
}

// syntax adds what the parser said, without the excerpt of the file that it would print: that may hold a secret.
func (d *decoder) syntax(err error) {
	p := Problem{Text: "not YAML"}
	if ye, ok := err.(yaml.Error); ok {
		p.Text = "not YAML: " + strings.ReplaceAll(ye.GetMessage(), "\t", `\t`)
		if tk := ye.GetToken(); tk != nil && tk.Position != nil {
			p.Line, p.Column = tk.Position.Line, tk.Position.Column
		}
		if strings.Contains(p.Text, `'\t'`) {
			p.Hint = "indent with spaces, not with tabs"
		}
	}
	d.add(p)
}

// into decodes a node into v by v's type; tag is that of v's field.
func (d *decoder) into(n ast.Node, v reflect.Value, key string, tag reflect.StructTag) {
	pos := n.GetToken().Position
	d.config.places[key] = place{line: pos.Line, column: pos.Column}
	if d.unsupported(n, key) {
		return
	}
	null := n.Type() == ast.NullType
	switch {
	case v.Type() == reflect.TypeFor[Source]():
		d.source(n, v, key)
	case isScalar(v.Type()):
		d.scalar(n, v, key, tag)
	case null: // a section or list with nothing in it but comments
	case v.Kind() == reflect.Struct:
		d.section(n, v, key)
	case v.Kind() == reflect.Slice:
		d.list(n, v, key)
	case v.Kind() == reflect.Map:
		d.table(n, v, key)
	}
}

// unsupported refuses the parts of YAML that a configuration does without, and says what was probably meant.
func (d *decoder) unsupported(n ast.Node, key string) bool {
	switch n.Type() {
	case ast.AliasType:
		d.at(n, key, "a value that begins with * is an alias in YAML, which is not supported", `put it in quotes: "*…"`)
	case ast.AnchorType:
		d.at(n, key, "a value that begins with & is an anchor in YAML, which is not supported", `put it in quotes: "&…"`)
	case ast.TagType:
		d.at(n, key, "a value that begins with ! is a tag in YAML, which is not supported", `put it in quotes: "!…"`)
	case ast.MergeKeyType:
		d.at(n, key, "the merge key << is not supported", "write the keys out")
	case ast.MappingKeyType:
		d.at(n, key, "a key that begins with ? is not supported", "write key: value")
	default:
		return false
	}
	return true
}

// entries are the pairs of a mapping, each key once; nil with a problem when n is no mapping.
func (d *decoder) entries(n ast.Node, key string) map[string]*ast.MappingValueNode {
	var values []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		d.at(n, key, fmt.Sprintf("%s must be keys with values, not %s", orFile(key), kindOf(n)), "")
		return nil
	}
	found := make(map[string]*ast.MappingValueNode, len(values))
	for _, v := range values {
		if d.unsupported(v.Key, key) {
			continue
		}
		name, _ := text(v.Key)
		if first, twice := found[name]; twice {
			line := first.Key.GetToken().Position.Line
			d.at(v.Key, join(key, name), fmt.Sprintf("%s is given twice, first in line %d", join(key, name), line), "keep one of them")
			continue
		}
		found[name] = v
	}
	return found
}

// section decodes a mapping whose keys are the fields of a struct.
func (d *decoder) section(n ast.Node, v reflect.Value, key string) {
	found := d.entries(n, key)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := f.Tag.Get("yaml")
		if e := found[name]; e != nil && name != "" {
			delete(found, name)
			d.into(e.Value, v.Field(i), join(key, name), f.Tag)
		}
	}
	for name, e := range found {
		text, hint := unknownKey(name, key, v.Type())
		d.at(e.Key, join(key, name), text, hint)
	}
}

// list decodes a sequence.
func (d *decoder) list(n ast.Node, v reflect.Value, key string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.at(n, key, fmt.Sprintf("%s must be a list, not %s", key, kindOf(n)), "write it as [a, b], or one item a line after a dash")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values))
	for i, item := range seq.Values {
		d.into(item, out.Index(i), fmt.Sprintf("%s[%d]", key, i), "")
	}
	v.Set(out)
}

// table decodes a mapping whose keys are the user's own names.
func (d *decoder) table(n ast.Node, v reflect.Value, key string) {
	out := reflect.MakeMap(v.Type())
	for name, e := range d.entries(n, key) {
		item := reflect.New(v.Type().Elem()).Elem()
		d.into(e.Value, item, join(key, name), "")
		out.SetMapIndex(reflect.ValueOf(name), item)
	}
	v.Set(out)
}

// source decodes a source, which is a URL or a mapping.
func (d *decoder) source(n ast.Node, v reflect.Value, key string) {
	s := Source{Weight: 1}
	if url, ok := text(n); ok {
		s.URL = url
		v.Set(reflect.ValueOf(s))
		return
	}
	v.Set(reflect.ValueOf(s))
	d.section(n, v, key)
}

// scalar decodes one value.
func (d *decoder) scalar(n ast.Node, v reflect.Value, key string, tag reflect.StructTag) {
	s, ok := text(n)
	if !ok {
		hint := ""
		if key == keyCredentials {
			hint = hintSecrets
		}
		d.at(n, key, fmt.Sprintf("%s must be one value, not %s", key, kindOf(n)), hint)
		return
	}
	if text, hint := setScalar(v, key, tag, s); text != "" {
		d.at(n, key, text, hint)
	}
}

// text is the value of a scalar node as it is written; null is none.
func text(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	case *ast.MappingNode:
		return split(n)
	}
	return "", false
}

// split puts together what the parser takes for a mapping: a:b without a space, in a list inside a flow mapping, which
// is one plain scalar, such as a host with its port.
func split(n *ast.MappingNode) (string, bool) {
	if len(n.Values) != 1 || n.IsFlowStyle {
		return "", false
	}
	key, ok1 := n.Values[0].Key.(*ast.StringNode)
	value, ok2 := n.Values[0].Value.(ast.ScalarNode)
	if !ok1 || !ok2 || value.Type() == ast.NullType {
		return "", false
	}
	colon, after := n.Values[0].Start.Position, value.GetToken().Position
	if colon.Line != after.Line || colon.Column+1 != after.Column {
		return "", false
	}
	return key.Value + ":" + value.GetToken().Value, true
}

// kindOf says in people's words what a node is.
func kindOf(n ast.Node) string {
	switch n.Type() {
	case ast.MappingType, ast.MappingValueType:
		return "keys with values"
	case ast.SequenceType:
		return "a list"
	case ast.NullType:
		return "nothing"
	}
	return "a single value"
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

func orFile(key string) string {
	if key == "" {
		return "the file"
	}
	return key
}
