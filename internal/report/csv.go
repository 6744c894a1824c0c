package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/plain"
)

// csvHeader names the columns of the CSV, a promise.
var csvHeader = []string{"url", "zone", "cost", "state", "reason", "run", "batch", "job_id", "updated", "accepted", "warm"}

// WriteCSV writes a row for each target. The error is the first one of the targets or of w.
func WriteCSV(w io.Writer, targets iter.Seq2[ledger.Target, error]) error {
	rows := csv.NewWriter(w)
	if err := rows.Write(csvHeader); err != nil {
		return err
	}
	for t, err := range targets {
		if err != nil {
			return err
		}
		if err := rows.Write(csvRow(t)); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

func csvRow(t ledger.Target) []string {
	return []string{
		cell(plain.URL(t.URL)), cell(t.Zone), strconv.Itoa(t.Cost), cell(string(t.State)), cell(t.Reason), number(t.Run),
		cell(t.Batch), cell(t.JobID), stamp(t.Updated), stamp(t.Accepted), stamp(t.Warm),
	}
}

// cell is a text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it, which
// spreadsheets do not show. See OWASP, CSV Injection; the fullwidth forms are taken for the same by some.
func cell(text string) string {
	trimmed := strings.TrimLeft(text, " \t\r\n\u00a0\u3000")
	dangerous := trimmed != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(trimmed)[0])
	begins := text != "" && strings.ContainsRune("\t\r\n", rune(text[0]))
	text = plain.Text(text)
	if dangerous || begins {
		return "'" + text
	}
	return text
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// WriteJSON writes the report as one line of JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	return lines.Encode(r)
}
