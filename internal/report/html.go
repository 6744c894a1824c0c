package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"regexp"
)

// WriteHTML writes the report as one HTML file that needs nothing else: no script, no picture, no font from anywhere, which
// its own Content-Security-Policy forbids too.
func (r *Report) WriteHTML(w io.Writer) error {
	hash := sha256.Sum256([]byte(inlineStyle))
	var page bytes.Buffer
	err := pictures.ExecuteTemplate(&page, "report", struct {
		*Report
		Style     template.CSS
		StyleHash string
	}{r, template.CSS(inlineStyle), base64.StdEncoding.EncodeToString(hash[:])})
	if err != nil {
		return err
	}
	_, err = page.WriteTo(w)
	return err
}

// inlineStyle is Style as html/template writes it into a page: without its comments, which the hash must not count.
var inlineStyle = cssComment.ReplaceAllString(Style, "")

var cssComment = regexp.MustCompile(`(?s)/\*.*?\*/\s*`)
