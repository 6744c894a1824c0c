// Package report tells what happened, from a ledger: as one self-contained HTML file with pictures, as JSON, and as CSV.
//
//	r, err := report.Read(ctx, l, report.Options{})
//	err = r.WriteHTML(w)
//
// The pictures are Go templates over plain figures (see Pictures), which the dashboard of internal/web draws with too.
//
// All text in a report comes from outside: from sites, from the service. Secrets in URLs are masked, control characters
// and those that turn the direction of text are taken away, and what a spreadsheet would take for a formula is made text.
package report
