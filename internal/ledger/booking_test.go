package ledger_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/ledger"
)

func testBookings(t *testing.T, b *bench) {
	b.open()
	shared, err := ledger.OpenShared(t.Context(), b.dsn, ledger.Options{Now: func() time.Time { return b.now }})
	b.must(err)
	defer shared.Close()
	b.must(shared.Book(t.Context(),
		ledger.Booking{Launch: "film", Zone: "zone-a", Day: "2026-03-01", Units: 300},
		ledger.Booking{Launch: "film", Zone: "zone-a", Day: "2026-03-02", Units: 500},
		ledger.Booking{Launch: "film", Zone: "zone-b", Day: "2026-03-01", Units: 20},
		ledger.Booking{Launch: "series", Zone: "zone-a", Day: "2026-03-01", Units: 7},
		ledger.Booking{Launch: "old", Zone: "zone-a", Day: "2026-02-28", Units: 1000},
	))
	b.must(b.Book(t.Context(), ledger.Booking{Launch: "film", Zone: "zone-a", Day: "2026-03-01", Units: 100}))
	wantBooked := func(except string, want map[string]int) {
		t.Helper()
		got, err := b.BookedToday(t.Context(), except)
		b.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("booked for others than %q (-want +got):\n%s", except, diff)
		}
	}
	wantBooked("", map[string]int{"zone-a": 107, "zone-b": 20})
	wantBooked("film", map[string]int{"zone-a": 7})
	bookings, err := b.Bookings(t.Context(), "2026-03-01")
	b.must(err)
	want := []ledger.Booking{
		{Launch: "film", Zone: "zone-a", Day: "2026-03-01", Units: 100},
		{Launch: "series", Zone: "zone-a", Day: "2026-03-01", Units: 7},
		{Launch: "film", Zone: "zone-b", Day: "2026-03-01", Units: 20},
		{Launch: "film", Zone: "zone-a", Day: "2026-03-02", Units: 500},
	}
	for i := range bookings {
		bookings[i].Updated = time.Time{}
	}
	if diff := cmp.Diff(want, bookings); diff != "" {
		t.Errorf("bookings (-want +got):\n%s", diff)
	}
	b.must(b.Book(t.Context(), ledger.Booking{Launch: "series", Zone: "zone-a", Day: "2026-03-01"}))
	wantBooked("", map[string]int{"zone-a": 100, "zone-b": 20})
	b.must(b.Release(t.Context(), "film"))
	wantBooked("", map[string]int{})
}
