package web

import (
	"net/http"
	"strings"

	"github.com/edgewarm/edgewarm/internal/report"
)

// assets are what pages load, by name.
var assets = map[string]struct{ kind, text string }{
	"style.css": {"text/css; charset=utf-8", report.Style},
	"app.js":    {"text/javascript; charset=utf-8", asset("app.js")},
	"icon.svg":  {"image/svg+xml", asset("icon.svg")},
}

func asset(name string) string {
	text, err := files.ReadFile("static/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

func static(w http.ResponseWriter, r *http.Request) {
	a, ok := assets[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = strings.NewReader(a.text).WriteTo(w) // what cannot be written has nobody to read it
}
