package ledger

import (
	"context"
	"iter"
)

// nameTitles looks each row up by its URL, as settleTargets does. What has that title already is not written.
const nameTitles = `WITH v AS MATERIALIZED (SELECT value ->> 0 AS url, value ->> 1 AS title FROM {each})
	UPDATE targets SET title = v.title FROM v WHERE {is v.url} AND targets.title <> v.title`

// NameTitles notes for targets that are known, by URL, the playlist of the title that each is part of, as a crawl found it.
// An empty one changes nothing.
func (l *Ledger) NameTitles(ctx context.Context, titles iter.Seq2[string, string]) error {
	return l.write(ctx, "note titles in", func(tx *tx) error {
		var all rowSet
		for url, title := range titles {
			if title != "" {
				all.add(url, title)
			}
		}
		_, err := all.exec(ctx, tx, nameTitles, eachRow)
		return err
	})
}
