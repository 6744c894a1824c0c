package warm_test

import (
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/postgres/postgrestest"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// Units that are kept for a launch are left alone by any other run.
func TestBookedUnitsAreLeftAlone(t *testing.T) {
	t.Parallel()
	o := newOrigin(t)
	c := newConfig(t, o)
	c.Plan.Quota, c.Plan.Reserve = 100, config.Reserve{Units: 10}
	l, err := ledger.OpenShared(t.Context(), c.State, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	today := l.Day(time.Now())
	if err := l.Book(t.Context(), ledger.Booking{Launch: "film", Zone: "zone-test", Day: today, Units: 60}); err != nil {
		t.Fatal(err)
	}
	dry, err := run(t.Context(), c, warm.RunOptions{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	done, err := run(t.Context(), c, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if dry.Planned != 30 || done.Accepted != 30 {
		t.Errorf("got %d planned and %d accepted, want the 30 that are neither reserved nor booked", dry.Planned, done.Accepted)
	}
	if err := l.Release(t.Context(), "film"); err != nil {
		t.Fatal(err)
	}
	rest, err := run(t.Context(), c, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if rest.Accepted != 60 {
		t.Errorf("got %d accepted, want the 60 that were given back", rest.Accepted)
	}
}

// A run whose ledger is a server's does as with a file.
func TestRunOnPostgres(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Schema(t)
	o := newOrigin(t)
	c := newConfig(t, o)
	onFile, err := run(t.Context(), c, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c = newConfig(t, o)
	c.State = dsn
	first, err := run(t.Context(), c, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := run(t.Context(), c, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if first.Accepted != onFile.Accepted || second.Accepted != 0 || second.Discovered != first.Discovered {
		t.Errorf("got %d and %d accepted, want %d and then none", first.Accepted, second.Accepted, onFile.Accepted)
	}
}
