package ledger_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

func init() {
	suite["purges"] = testPurges
	suite["validators"] = testValidators
	suite["probes"] = testProbes
}

// What was removed is open until it is accepted again, also after a crash; what was refused never was, and of what got no
// answer it is not known.
func testPurges(t *testing.T, b *bench) {
	b.open().begin()
	b.send(b.batch("done", "refused", "lost", "again"), submitter.Accepted, submitter.Accepted, submitter.Accepted, submitter.Accepted)
	b.now = b.now.Add(time.Hour)
	var all []submitter.Target
	for _, url := range []string{"done", "refused", "lost", "again", "never sent"} {
		all = append(all, submitter.Target{URL: url, Zone: "zone-a"})
	}
	intended := b.now
	b.must(b.IntendPurge(t.Context(), all))
	b.now = b.now.Add(time.Second)
	b.must(b.SettlePurge(t.Context(), "job", []string{"done", "again", "never sent"}, []string{"refused"}))
	open := func(want ...ledger.Purge) {
		t.Helper()
		got, err := b.OpenPurges(t.Context())
		b.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("open (-want +got):\n%s", diff)
		}
	}
	settled := b.now.UTC()
	lost := ledger.Purge{URL: "lost", Zone: "zone-a", At: intended.UTC()}
	open(lost,
		ledger.Purge{URL: "again", Zone: "zone-a", Sure: true, At: settled}, ledger.Purge{URL: "done", Zone: "zone-a", Sure: true, At: settled},
		ledger.Purge{URL: "never sent", Zone: "zone-a", Sure: true, At: settled})
	b.now = b.now.Add(time.Second)
	b.send(b.batch("done", "again", "never sent"), submitter.Accepted, submitter.Accepted, submitter.Deferred)
	open(lost, ledger.Purge{URL: "never sent", Zone: "zone-a", Sure: true, At: settled})
	b.now = b.now.Add(time.Hour)
	b.must(b.IntendPurge(t.Context(), all[3:4]))
	open(lost, ledger.Purge{URL: "never sent", Zone: "zone-a", Sure: true, At: settled}, ledger.Purge{URL: "again", Zone: "zone-a", At: b.now.UTC()})
}

// A validator counts once its target was accepted; until then the content that is warm is older than it.
func testValidators(t *testing.T, b *bench) {
	b.open().begin()
	want := func(url, want string) {
		t.Helper()
		if got, err := b.Validator(t.Context(), url); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", url, got, err, want)
		}
	}
	want("a", "")
	b.must(b.KeepValidators(t.Context(), map[string]string{"a": `"1"`, "b": "Thu, 01 Jan 2026 00:00:00 GMT", "c": `W/"3"`}))
	want("a", "")
	b.send(b.batch("a", "b", "c"), submitter.Accepted, submitter.Accepted, submitter.Refused)
	want("a", `"1"`)
	want("b", "Thu, 01 Jan 2026 00:00:00 GMT")
	want("c", "")
	b.now = b.now.Add(time.Hour)
	b.must(b.KeepValidators(t.Context(), map[string]string{"a": `"2"`}))
	want("a", "")
	b.send(b.batch("a"), submitter.Accepted)
	want("a", `"2"`)
	b.must(b.KeepValidators(t.Context(), nil))
}

// What was asked of a cache is remembered beside whoever holds the ledger.
func testProbes(t *testing.T, b *bench) {
	b.open()
	shared, err := ledger.OpenShared(t.Context(), b.dsn, ledger.Options{Now: func() time.Time { return b.now }})
	b.must(err)
	defer shared.Close()
	b.must(shared.KeepProbes(t.Context(), []string{"a", "b"}))
	b.now = b.now.Add(time.Hour)
	b.must(b.KeepProbes(t.Context(), []string{"b", "c"}))
	b.must(b.KeepProbes(t.Context(), nil))
	for since, want := range map[time.Duration]map[string]bool{
		2 * time.Hour: {"a": true, "b": true, "c": true}, time.Minute: {"b": true, "c": true}, 0: {},
	} {
		got, err := shared.Probed(t.Context(), b.now.Add(-since))
		b.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("within %v (-want +got):\n%s", since, diff)
		}
	}
}
