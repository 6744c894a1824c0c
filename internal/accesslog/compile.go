package accesslog

import (
	"errors"
	"fmt"
	"strings"
)

// maxOps bounds the fields of a format string; the longest known ones have about fifty.
const maxOps = 256

var errNoTarget = errors.New("no field tells what was requested, such as $request or %r")

// compile makes a template of a log_format of nginx or a LogFormat of Apache. A line must have all fields up to the
// last of those that matter.
func compile(format string) (*template, error) {
	t := new(template)
	var text []byte
	for rest := strings.ReplaceAll(format, `\"`, `"`); rest != ""; {
		a, before, after, n := directive(rest)
		if n == 0 {
			text = append(text, rest[0])
			if strings.HasPrefix(rest, "%%") { // one percent sign
				rest = rest[1:]
			}
			rest = rest[1:]
			continue
		}
		if err := t.add(a, append(text, before...)); err != nil {
			return nil, err
		}
		text = []byte(after)
		rest = rest[n:]
	}
	if !t.target {
		return nil, errNoTarget
	}
	t.ops[len(t.ops)-1].until = text
	return t, nil
}

// add appends a field, and the text that stands before it.
func (t *template) add(a alias, text []byte) error {
	n := len(t.ops)
	switch {
	case n == maxOps:
		return fmt.Errorf("more than %d fields", maxOps)
	case n == 0:
		t.prefix = text
	case len(text) == 0:
		switch last := &t.ops[n-1]; {
		case last.alias.field.slot() == target: // $uri$is_args$args, %U%q
			last.alias = alias{field: target, rank: last.alias.rank}
			return nil
		case a.field.slot() == target && a.field != request: // $host$request_uri
			last.until, last.keep = []byte("/"), true
		default:
			return fmt.Errorf("field %d and the next have nothing between them", n)
		}
	default:
		t.ops[n-1].until = text
	}
	t.ops = append(t.ops, op{alias: a})
	switch a.field {
	case request, target, path:
		t.target = true
		t.enough = n + 1
	case status, when:
		t.enough = n + 1
	}
	return nil
}

// directive reads the field that s begins with: what it means, the fixed text that comes with it on both sides, and its
// length, 0 when s begins with no field.
func directive(s string) (a alias, before, after string, n int) {
	switch {
	case strings.HasPrefix(s, "%%"): // a percent sign
	case s[0] == '$':
		name, n := variable(s)
		return names[name], "", "", n
	case s[0] == '%':
		return apacheDirective(s)
	}
	return alias{}, "", "", 0
}

// variable reads $name or ${name}.
func variable(s string) (name string, n int) {
	if strings.HasPrefix(s, "${") {
		if end := strings.IndexByte(s, '}'); end > 0 {
			return s[2:end], end + 1
		}
		return "", 0
	}
	n = 1
	for n < len(s) && (s[n] == '_' || '0' <= s[n] && s[n] <= '9' || 'a' <= s[n]|0x20 && s[n]|0x20 <= 'z') {
		n++
	}
	if n == 1 {
		return "", 0
	}
	return s[1:n], n
}

// apacheDirective reads %h, %>s, %{Referer}i and their like.
func apacheDirective(s string) (a alias, before, after string, n int) {
	n = 1
	for n < len(s) && strings.IndexByte("<>!,0123456789", s[n]) >= 0 {
		n++
	}
	argument := ""
	if n < len(s) && s[n] == '{' {
		end := strings.IndexByte(s[n:], '}')
		if end < 0 {
			return alias{}, "", "", 0
		}
		argument = s[n+1 : n+end]
		n += end + 1
	}
	if n >= len(s) {
		return alias{}, "", "", 0
	}
	letter := s[n]
	if letter == 't' && argument == "" {
		before, after = "[", "]"
	}
	return apacheField(letter, strings.ToLower(argument)), before, after, n + 1
}

// apacheField is what a letter of LogFormat means, with its argument.
func apacheField(letter byte, argument string) alias {
	if f, ok := apacheArguments[string(letter)+argument]; ok {
		return alias{field: f, rank: 3}
	}
	if f, ok := apacheLetters[letter]; ok && argument == "" {
		return alias{field: f, rank: 2}
	}
	return alias{}
}

var apacheLetters = map[byte]field{
	'h': client, 'a': client, 't': when, 'r': request, 's': status, 'b': sent, 'B': sent, 'O': sent, 'v': host,
	'V': host, 'p': port, 'U': path, 'q': query, 'm': method,
}

var apacheArguments = map[string]field{
	"iuser-agent": agent, "ihost": host, "ix-forwarded-proto": scheme, "eunique_id": requestID, "ox-cache": cache,
	"oage": ignored, "ac": client, "tsec": when,
}
