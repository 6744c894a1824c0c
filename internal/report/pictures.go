package report

import (
	"embed"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"
)

//go:embed pictures
var files embed.FS

// Style is the stylesheet of the pictures and of the pages around them, for screen, dark screen and paper.
//
//go:embed pictures/style.css
var Style string

// pictures are the templates by name: funnel, losses, quota, coverage, titles, failures, runs, effect, and report for a whole page.
var pictures = template.Must(template.New("pictures").Funcs(functions).ParseFS(files, "pictures/*.html"))

// Pictures returns the templates of the pictures, to be called by name from templates that are added to them:
//
//	{{template "funnel" .Run}}    a *Run
//	{{template "losses" .Run}}    a *Run
//	{{template "coverage" .Run}}  a *Run
//	{{template "effect" .}}       an *effect.Night
//	{{template "quota" .}}        a []ZoneQuota
//	{{template "titles" .}}       a Titles
//	{{template "failures" .}}     a []Failure
//	{{template "runs" .}}         a []Run
func Pictures() *template.Template { return template.Must(pictures.Clone()) }

var functions = template.FuncMap{
	"num":    grouped,
	"pct":    func(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" },
	"whole":  func(f float64) string { return strconv.FormatFloat(f, 'f', 0, 64) + " %" },
	"part":   func(f float64) string { return strconv.FormatFloat(100*f, 'f', 1, 64) + " %" },
	"iso":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"when":   func(t time.Time) string { return t.Local().Format("2 Jan 2006, 15:04") },
	"took":   func(d time.Duration) string { return Duration(d) },
	"since":  func(a, b time.Time) string { return Duration(b.Sub(a)) },
	"things": things,
	"effect": EffectWords,
	"each":   func(f float64) string { return strconv.FormatFloat(f, 'f', 3, 64) },
	"count":  func(f float64) string { return grouped(int(math.Round(f))) },
	"dict":   dict,
}

// grouped is a number with its thousands apart, by a space that does not break the line.
func grouped(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return sign + s
}

// things is a number of things in words.
func things(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}

// Duration is a time in the two units that matter most: 1 h 5 min, 3 min 20 s, 1.5 s.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return strings.TrimSuffix(fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60), " 0 s")
	case d < 24*time.Hour:
		return strings.TrimSuffix(fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60), " 0 min")
	}
	return strings.TrimSuffix(fmt.Sprintf("%d d %d h", int(d.Hours())/24, int(d.Hours())%24), " 0 h")
}

// dict makes the argument of a template from names and values.
func dict(pairs ...any) (map[string]any, error) {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}
