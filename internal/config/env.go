package config

import (
	"reflect"
	"slices"
	"strings"
)

const envPrefix = "EDGEWARM_"

// leaf is one value of a Config that is not a section.
type leaf struct {
	key   string
	value reflect.Value
	tag   reflect.StructTag
}

// name is the last part of the key, section the rest.
func (l leaf) name() string    { return l.key[strings.LastIndexByte(l.key, '.')+1:] }
func (l leaf) section() string { return strings.TrimSuffix(strings.TrimSuffix(l.key, l.name()), ".") }

// variable is the environment variable that overrides the leaf: EDGEWARM_CRAWL_RATE for crawl.rate.
func (l leaf) variable() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(l.key, ".", "_"))
}

// leaves lists the values of c in the order of the file.
func leaves(c *Config) []leaf {
	var all []leaf
	var walk func(v reflect.Value, key string)
	walk = func(v reflect.Value, key string) {
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := f.Tag.Get("yaml")
			switch {
			case name == "":
			case f.Type.Kind() == reflect.Struct && !isScalar(f.Type):
				walk(v.Field(i), join(key, name))
			default:
				all = append(all, leaf{join(key, name), v.Field(i), f.Tag})
			}
		}
	}
	walk(reflect.ValueOf(c).Elem(), "")
	return all
}

// Variables lists the environment variables that override a value, in the order of the file.
func Variables() []string {
	var names []string
	for _, l := range leaves(Default()) {
		if isScalar(l.value.Type()) {
			names = append(names, l.variable())
		}
	}
	return names
}

// environment sets what the environment overrides. An empty variable counts as none.
func (d *decoder) environment(environ []string) {
	known := map[string]leaf{}
	for _, l := range leaves(d.config) {
		known[l.variable()] = l
	}
	for _, pair := range environ {
		name, text, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) || text == "" {
			continue
		}
		l, ok := known[name]
		switch {
		case !ok && ofSection(name):
			d.add(Problem{Variable: name, Text: "no value of the configuration has this name", Hint: didYouMean(name, Variables())})
		case !ok: // not ours: other programs of the same name, tests
		case !isScalar(l.value.Type()):
			d.add(Problem{Variable: name, Key: l.key, Text: l.key + " is a list, which an environment variable cannot set", Hint: "set it in the file"})
		default:
			d.config.places[l.key] = place{variable: name}
			if wrong, hint := setScalar(l.value, l.key, l.tag, text); wrong != "" {
				d.add(Problem{Variable: name, Key: l.key, Text: wrong, Hint: hint})
			}
		}
	}
}

// ofSection says whether the variable is named like one of a section of the file, so that a slip in it is seen.
func ofSection(variable string) bool {
	return slices.ContainsFunc(leaves(Default()), func(l leaf) bool {
		section, _, ok := strings.Cut(l.key, ".")
		return ok && strings.HasPrefix(variable, envPrefix+strings.ToUpper(section)+"_")
	})
}
