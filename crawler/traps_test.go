package crawler

import (
	"fmt"
	"strings"
	"testing"
)

const limit = 500 // in place of defaultMaxAlike

// The crawl of a calendar shows that what traps refuse is not opened; thousands of requests more would show nothing new.
func TestFault81SessionIDs(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"https://h/shop;jsessionid=%X", "https://h/(S(%xz))/shop", "https://h/shop?PHPSESSID=%x&page=1"} {
		traps := newTraps(limit)
		for i := range limit + 100 {
			refused := traps.refuses(fmt.Sprintf(form, fmt.Sprintf("\x1a\x2b%014d", i*i)))
			if refused != (i >= limit) {
				t.Fatalf("%s: page %d: got refused %t", form, i, refused)
			}
		}
		told := traps.documents()
		if len(told) != 1 || !strings.Contains(told[0].Warnings[0].Text, "and 99 more like it: 500 others") {
			t.Errorf("%s: got %v", form, told)
		}
	}
}

// Filters that can be combined: each set of names is a shape of its own.
func TestFault81Filters(t *testing.T) {
	t.Parallel()
	traps := newTraps(limit)
	refused := 0
	for i := 1; i < 1<<14; i++ {
		var q []string
		for bit := range 14 {
			if i>>bit&1 == 1 {
				q = append(q, fmt.Sprintf("filter%d=on", bit))
			}
		}
		if traps.refuses("https://h/list?" + strings.Join(q, "&")) {
			refused++
		}
	}
	if told := traps.documents(); refused != 1<<14-1-2*limit || len(told) != 1 || !strings.Contains(told[0].Warnings[0].Text, "1000 others") {
		t.Errorf("got %d refused, told %v", refused, told)
	}
}

func TestTrapsTellOfManyShapes(t *testing.T) {
	t.Parallel()
	traps := newTraps(limit)
	for i := range maxCuts + 10 {
		traps.refuses(fmt.Sprintf("https://h/%s/x/x/x/x", strings.Repeat("a", i+1)))
	}
	told := traps.documents()
	if len(told) != maxCuts {
		t.Fatalf("got %d documents, want %d", len(told), maxCuts)
	}
	if w := told[maxCuts-1].Warnings; len(w) != 2 || w[1].Text != "10 more pages of other shapes are not opened" {
		t.Errorf("got %v", w)
	}
}
