package robots

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/edgewarm/edgewarm/internal/warning"
)

// maxLine is how much of a line is obeyed. Google takes eight times the longest URL that Internet Explorer knew.
const maxLine = 2083*8 - 1

// Parse reads a robots.txt. It takes anything: what is no rule is passed over.
func Parse(body []byte) *Rules {
	p := parser{rules: &Rules{agents: map[string]*agent{}}, seen: map[string]bool{}}
	text := p.text(body)
	if isHTML(text) {
		p.warnings.Addf(1, 0, "this is an HTML page, not a robots.txt: it has no rules")
		text = ""
	}
	for text != "" {
		p.line++
		var line string
		line, text = cutLine(text)
		p.read(line)
	}
	for i := range p.rules.groups {
		sortRules(p.rules.groups[i].rules)
	}
	p.rules.Warnings = p.warnings.All()
	return p.rules
}

// parser is what is known of the lines so far.
type parser struct {
	rules    *Rules
	warnings warning.List
	line     int
	seen     map[string]bool // sitemaps

	names     []*agent // of the group that is open
	undelayed int      // names before this one have their Crawl-delay
	inRules   bool     // a rule was seen: the next User-agent opens a group
}

// cutLine takes a line off the text; it ends in LF, CR or both.
func cutLine(text string) (line, rest string) {
	i := strings.IndexAny(text, "\r\n")
	if i < 0 {
		return text, ""
	}
	line, rest = text[:i], text[i+1:]
	if text[i] == '\r' && strings.HasPrefix(rest, "\n") {
		rest = rest[1:]
	}
	return line, rest
}

func (p *parser) read(line string) {
	if len(line) > maxLine {
		p.warnf("line of %d bytes is cut at %d", len(line), maxLine)
		line = line[:maxLine]
	}
	line, _, _ = strings.Cut(line, "#")
	if line = trim(line); line == "" {
		return
	}
	name, value, colon := split(line)
	what, typo := directiveOf(name)
	switch {
	case what == unknown:
		p.warnf("not understood: %.80q", line)
		return
	case typo:
		p.warnf("%.40q is misspelt", name)
	case !colon:
		p.warnf("colon missing after %q", name)
	}
	p.apply(what, value)
}

func (p *parser) apply(what directive, value string) {
	switch what {
	case userAgent:
		p.agent(value)
	case allow, disallow:
		p.rule(what == allow, value)
	case crawlDelay:
		p.delay(value)
	case sitemap:
		p.sitemap(value)
	}
}

// agent adds a name to the open group, or opens one.
func (p *parser) agent(value string) {
	if p.inRules {
		p.names, p.undelayed, p.inRules = p.names[:0], 0, false
	}
	token := productToken(value)
	if token == "" {
		p.warnf("User-agent %.40q names no agent", value)
		return
	}
	a := p.rules.agents[token]
	if a == nil {
		a = &agent{}
		p.rules.agents[token] = a
	}
	p.names = append(p.names, a)
}

// productToken returns the part of a User-agent value that is compared, in lower case: the star or the letters it begins with.
func productToken(value string) string {
	if value == anyone || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t") {
		return anyone
	}
	i := strings.IndexFunc(value, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_')
	})
	if i >= 0 {
		value = value[:i]
	}
	return strings.ToLower(value)
}

// rule adds a rule to the open group. Before the first User-agent there is none: such rules speak to nobody.
func (p *parser) rule(allow bool, pattern string) {
	if len(p.names) == 0 {
		p.warnf("a rule before any User-agent is ignored")
		return
	}
	if !p.inRules {
		p.open()
	}
	if pattern == "" {
		return // Disallow without a value forbids nothing.
	}
	rules := &p.rules.groups[len(p.rules.groups)-1].rules
	*rules = append(*rules, rule{pattern: escape(pattern), length: len(escape(pattern)), allow: allow})
	if index, ok := directoryIndex(pattern); ok && allow {
		*rules = append(*rules, rule{pattern: escape(index), length: len(escape(index)), allow: true})
	}
}

// open makes the group of the names seen.
func (p *parser) open() {
	p.inRules = true
	p.rules.groups = append(p.rules.groups, group{})
	this := len(p.rules.groups) - 1
	for _, a := range p.names {
		if n := len(a.groups); n == 0 || a.groups[n-1] != this {
			a.groups = append(a.groups, this)
		}
	}
}

func (p *parser) sitemap(value string) {
	switch {
	case value == "":
		p.warnf("Sitemap without a URL")
	case !utf8.ValidString(value):
		p.warnf("Sitemap %.80q is not UTF-8: skipped", value)
	case !p.seen[value]:
		p.seen[value] = true
		p.rules.Sitemaps = append(p.rules.Sitemaps, value)
	}
}

func (p *parser) warnf(format string, args ...any) { p.warnings.Addf(p.line, 0, format, args...) }

func isHTML(text string) bool {
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 256)]))
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if strings.HasPrefix(head, tag) {
			return true
		}
	}
	return false
}

// cut returns the part of the body that is obeyed, ended at a whole line where there is one.
func (p *parser) cut(body []byte) []byte {
	if len(body) <= MaxSize {
		return body
	}
	p.warnings.Addf(0, MaxSize, "larger than %d KiB: the first %d KiB are obeyed", MaxSize>>10, MaxSize>>10)
	body = body[:MaxSize]
	if i := bytes.LastIndexAny(body[MaxSize-maxLine:], "\r\n"); i >= 0 {
		body = body[:MaxSize-maxLine+i]
	}
	return body
}
