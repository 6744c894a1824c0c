package ledger

import (
	"bytes"
	"context"
	"encoding/json"
)

// rowSet is the rows that one statement is about, which go to the database as one JSON array of arrays: over a network, a
// statement each would take longer than the call that they are about. Statements read them as {each}, whose value ->> 0 is
// a row's first column.
type rowSet struct{ list [][]any }

func (r *rowSet) add(columns ...any) { r.list = append(r.list, columns) }

// maxRows bounds the rows of one statement, and so its JSON: a thousand URLs of the greatest length are 8 MiB.
const maxRows = 1000

// exec runs the statement once for so many rows, with the arguments in their order: the rows are the one called each. It
// returns how many rows were changed.
func (r *rowSet) exec(ctx context.Context, tx *tx, text string, args ...any) (changed int64, err error) {
	at := -1
	for i, a := range args {
		if a == eachRow {
			at = i
		}
	}
	for list := r.list; len(list) > 0; {
		n := min(len(list), maxRows)
		encoded, err := encodeRows(list[:n])
		if err != nil {
			return changed, err
		}
		args[at], list = encoded, list[n:]
		result, err := tx.exec(ctx, text, args...)
		if err != nil {
			return changed, err
		}
		done, err := result.RowsAffected()
		if err != nil {
			return changed, err
		}
		changed += done
	}
	return changed, nil
}

// encodeRows is what the parameter of {each} is.
func encodeRows(list [][]any) (string, error) {
	var encoded bytes.Buffer
	e := json.NewEncoder(&encoded)
	e.SetEscapeHTML(false)
	err := e.Encode(list)
	return encoded.String(), err
}

// each stands for the rows among the arguments of a statement.
type each struct{}

var eachRow = each{}
