package config

import (
	_ "embed"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

//go:embed template.yaml
var templateText string

var templateYAML = template.Must(template.New("edgewarm.yaml").
	Funcs(template.FuncMap{"quote": quoteYAML}).Parse(templateText))

// Template is what a new configuration file is filled with.
type Template struct {
	// Sources are URLs; empty writes a placeholder.
	Sources []string
	// Zone is a zone's ID; empty leaves the zones to be asked from the API. Hosts are its hosts, those of the sources if
	// empty.
	Zone  string
	Hosts []string
	// Logs are files, globs or folders.
	Logs []string
}

// Write writes a commented configuration file that Parse reads, if what it was filled with is valid.
func (t Template) Write(w io.Writer) error {
	if len(t.Sources) == 0 {
		t.Sources = []string{"https://www.example.com/"}
	}
	if len(t.Hosts) == 0 {
		for _, s := range t.Sources {
			if host := urlkey.Host(s); host != "" && !slices.Contains(t.Hosts, host) {
				t.Hosts = append(t.Hosts, host)
			}
		}
	}
	return templateYAML.Execute(w, t)
}

// quoteYAML writes a string so that YAML reads it back: as it is where that is plain, else in double quotes, whose
// escapes are those of Go for everything that strconv.Quote escapes.
func quoteYAML(s string) string {
	const ends = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/."
	const plain = ends + "0123456789-_:%~=+?&"
	isPlain := s != "" && strings.Trim(s, plain) == "" && strings.ContainsAny(s[:1], ends) &&
		!strings.HasSuffix(s, ":") && strings.ContainsAny(s, "./:")
	if isPlain {
		return s
	}
	return strconv.Quote(s)
}
