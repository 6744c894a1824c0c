package hls

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Limits of EXT-X-DEFINE. Variables may be made of variables, so that a few lines could grow without end.
const (
	maxVariables = 1000     // of one playlist; real ones have a handful
	maxName      = 256      // bytes of a name
	maxVariable  = 8 << 10  // bytes of a value: no longer than a URL
	maxExpansion = 64 << 20 // bytes that all substitutions of one playlist may come to
)

var errExpansion = errors.New("substitutions of more than 64 MiB")

// variables are those that EXT-X-DEFINE made known so far: a reference sees only what stands above it.
type variables struct {
	values  map[string]string
	imports map[string]string
	query   string // of the playlist's URL
	used    int
}

// define reads the attribute list of EXT-X-DEFINE.
func (v *variables) define(list string) error {
	var name, value string
	var found, hasValue bool
	for a := (attributes{rest: list}); a.next(); {
		var err error
		switch a.name {
		case "NAME":
			name, found = a.value, true
		case "VALUE":
			value, err = v.expand(a.value)
			hasValue = true
		case "IMPORT":
			name, found, hasValue = a.value, true, true
			value, err = v.imported(a.value)
		case "QUERYPARAM":
			name, found, hasValue = a.value, true, true
			value, err = v.parameter(a.value)
		}
		if err != nil {
			return err
		}
	}
	if !found || !hasValue {
		return fmt.Errorf("%w: EXT-X-DEFINE without a name and a value", ErrVariable)
	}
	return v.set(name, value)
}

func (v *variables) set(name, value string) error {
	switch {
	case len(name) > maxName || !isVariable(name):
		return fmt.Errorf("%w %.80q: not a name", ErrVariable, name)
	case len(value) > maxVariable:
		return fmt.Errorf("%w %s: longer than %d bytes", ErrVariable, name, maxVariable)
	case len(v.values) == maxVariables:
		return fmt.Errorf("%w %s: more than %d are defined", ErrVariable, name, maxVariables)
	case strings.IndexFunc(value, isControl) >= 0:
		return fmt.Errorf("%w %s: control character in its value", ErrVariable, name)
	}
	if _, twice := v.values[name]; twice {
		return fmt.Errorf("%w %s: defined twice; the first value stays", ErrVariable, name)
	}
	if v.values == nil {
		v.values = map[string]string{}
	}
	v.values[strings.Clone(name)] = strings.Clone(value)
	return nil
}

func (v *variables) imported(name string) (string, error) {
	value, ok := v.imports[name]
	if !ok {
		return "", fmt.Errorf("%w %.80s: imported, but the multivariant playlist does not define it", ErrVariable, name)
	}
	return value, nil
}

func (v *variables) parameter(name string) (string, error) {
	for part := range strings.SplitSeq(v.query, "&") {
		key, value, _ := strings.Cut(part, "=")
		if key, err := url.PathUnescape(key); err != nil || key != name {
			continue
		}
		value, err := url.PathUnescape(value)
		if err != nil {
			return "", fmt.Errorf("%w %.80s: %w", ErrVariable, name, err)
		}
		return value, nil
	}
	return "", fmt.Errorf("%w %.80s: the playlist's URL has no such parameter", ErrVariable, name)
}

// expand substitutes all {$name} of s.
func (v *variables) expand(s string) (string, error) {
	i := strings.Index(s, "{$")
	if i < 0 {
		return s, nil
	}
	var b strings.Builder
	for ; i >= 0; i = strings.Index(s, "{$") {
		name, closed := reference(s[i+2:])
		if !closed {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		value, ok := v.values[name]
		if !ok {
			return "", fmt.Errorf("%w %.80s: not defined above", ErrVariable, name)
		}
		b.WriteString(s[:i])
		b.WriteString(value)
		s = s[i+3+len(name):]
		if b.Len() > MaxLine {
			return "", fmt.Errorf("%w %s: makes a line of more than %d bytes", ErrVariable, name, MaxLine)
		}
	}
	b.WriteString(s)
	if v.used += b.Len(); v.used > maxExpansion {
		return "", fmt.Errorf("%w: %w", ErrVariable, errExpansion)
	}
	return b.String(), nil
}

// reference reads a name up to its closing brace.
func reference(s string) (name string, ok bool) {
	i := strings.IndexByte(s[:min(len(s), maxName+1)], '}')
	if i < 0 {
		return "", false
	}
	return s[:i], isVariable(s[:i])
}

func isVariable(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isDigit(c) && c != '-' && c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != ""
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
