package ledger_test

import (
	"fmt"
	"testing"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
)

func init() {
	suite["memory reads ahead"] = testReadAhead
	suite["memory reads no more ahead than it may"] = testReadAheadBounds
}

// named are the names of so many documents.
func named(prefix string, n int) (urls []string) {
	for i := range n {
		urls = append(urls, fmt.Sprint(prefix, i))
	}
	return urls
}

// remembered is a memory that has the documents.
func (b *bench) remembered(listing string, urls []string) *ledger.Memory {
	b.Helper()
	m := b.memory()
	for _, url := range urls {
		m.Remember(b.Context(), url, memo(b.now, listing))
	}
	b.must(m.Close(b.Context(), true))
	return b.memory()
}

// erase takes all documents out of the ledger, so that only what was read ahead is still known.
func (b *bench) erase() {
	b.Helper()
	_, err := b.DB().ExecContext(b.Context(), `DELETE FROM documents`)
	b.must(err)
}

// known counts the documents that are recalled.
func (b *bench) known(m *ledger.Memory, urls []string) (n int) {
	for _, url := range urls {
		if m.Recall(b.Context(), url).Listing != nil {
			n++
		}
	}
	return n
}

func testReadAhead(t *testing.T, b *bench) {
	b.open()
	urls := named("", 100)
	m := b.remembered("listing", urls)
	m.ReadAhead(t.Context(), append([]string{"none"}, urls[:90]...))
	b.recalled(m, "none", crawler.Memo{})
	b.recalled(m, "95", memo(b.now, "listing"))
	m.Remember(t.Context(), "7", memo(b.now, "another"))
	b.erase()
	if got := b.known(m, urls); got != 90-1 {
		t.Errorf("got %d of them, want all that were read ahead but one that was remembered anew", got)
	}
	if got := b.known(m, urls); got != 0 {
		t.Errorf("got %d of them once more: each is recalled once", got)
	}
	b.must(m.Close(t.Context(), true))
	m = b.memory()
	m.ReadAhead(t.Context(), []string{"7", "8"})
	b.recalled(m, "7", memo(b.now, "another"))
	b.must(m.Close(t.Context(), true))
}

func testReadAheadBounds(t *testing.T, b *bench) {
	b.open()
	large := named("large", 6)
	m := b.remembered(string(make([]byte, crawler.MaxListing)), large)
	m.ReadAhead(t.Context(), large)
	if got := b.known(m, large[:1]); got != 1 {
		t.Error("it is not known")
	}
	b.erase()
	// Four of them are 16 MiB; the first may be one that was recalled alone.
	if got := b.known(m, large[1:]); got != 3 && got != 4 {
		t.Errorf("got %d large ones, want what there is room for", got)
	}
	b.must(m.Close(t.Context(), true))

	const batches, each = 5, 250
	urls := named("", batches*each)
	m = b.remembered("listing", urls)
	for n := range batches {
		m.ReadAhead(t.Context(), urls[n*each:(n+1)*each])
	}
	for n := range batches { // is read when one of it is recalled
		m.Recall(t.Context(), urls[n*each])
	}
	b.erase()
	if oldest, next := b.known(m, urls[:each]), b.known(m, urls[each:2*each]); oldest != 0 || next != each-1 {
		t.Errorf("got %d of the oldest and %d of the next, want that only the oldest were let go", oldest, next)
	}
	b.must(m.Close(t.Context(), true))
}
