package submitter

// Summary is what became of the targets of one Submit: Accepted + Failed + Unknown + Deferred is how many distinct URLs
// it was given.
type Summary struct {
	Tally
	// Repeated counts the targets whose URL had come before; they are not among the others.
	Repeated int
	// Calls is how many batches were sent, those that were sent again or refused included.
	Calls int
	// Zones has the same by zone.
	Zones map[string]ZoneSummary
}

// Tally counts targets by what became of them.
type Tally struct {
	// Accepted are in a job of the service.
	Accepted int
	// Failed were refused by the service, each with its reason.
	Failed int
	// Unknown may have been accepted: the answer was lost and could not be asked for. They are reconciled before they
	// are sent again.
	Unknown int
	// Deferred were not sent: the quota ran out, or the run was stopped.
	Deferred int
}

// Total is the targets that are counted.
func (t Tally) Total() int { return t.Accepted + t.Failed + t.Unknown + t.Deferred }

func (t *Tally) count(s State) {
	switch s {
	case Accepted:
		t.Accepted++
	case Refused:
		t.Failed++
	case Unknown:
		t.Unknown++
	default:
		t.Deferred++
	}
}

// ZoneSummary is what became of the targets of one zone.
type ZoneSummary struct {
	Tally
	// Quota is the zone's quota as it was last read; zero when it was not.
	Quota Quota
	// Units is what was spent, by our own count: Accepted and Unknown.
	Units int
	// QuotaSpent is true when targets were deferred because the day's quota did not reach.
	QuotaSpent bool
}

// QuotaSpent is true when targets of any zone were deferred because the day's quota did not reach.
func (s Summary) QuotaSpent() bool {
	for _, z := range s.Zones {
		if z.QuotaSpent {
			return true
		}
	}
	return false
}
