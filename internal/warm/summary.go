package warm

import (
	"maps"
	"time"

	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// Summary is what a run came to. Its JSON names are a promise: Discovered = Planned + the sum of LeftOut, and Planned =
// Accepted + Failed + Unknown + Deferred.
type Summary struct {
	Run        int64     `json:"run"`
	Started    time.Time `json:"started"`
	Ended      time.Time `json:"ended"`
	Discovered int       `json:"discovered"`
	Planned    int       `json:"planned"`
	// Submitted counts the targets that were sent: all planned ones but the deferred.
	Submitted int                    `json:"submitted"`
	Accepted  int                    `json:"accepted"`
	Failed    int                    `json:"failed"`
	Unknown   int                    `json:"unknown"`
	Deferred  int                    `json:"deferred"`
	LeftOut   map[planner.Reason]int `json:"left_out"`
	Quota     map[string]QuotaState  `json:"quota"`
	// Early is what was sent before the plan was made; only when submit.early lets some go.
	Early *EarlyStart `json:"early,omitempty"`
	// Jobs counts what became of the accepted targets, by state; only when it was waited for.
	Jobs map[submitter.State]int `json:"jobs,omitempty"`
	// Purged counts the changed targets that were removed from the caches before they were warmed.
	Purged int `json:"purged,omitempty"`
	// Verify is what the caches said, when they were asked.
	Verify *Verification `json:"verify,omitempty"`
	// Coverage is what quota is good for: see planner.Point.
	Coverage []planner.Point `json:"coverage,omitempty"`
	Exit     int             `json:"exit"`

	quotaSpent bool
	dry        bool // nothing was to be submitted
}

// QuotaState is a zone's quota of the day after the run, in units.
type QuotaState struct {
	Daily     int `json:"daily"`
	Available int `json:"available"`
	Used      int `json:"used"`
	// Others is how many units the service counts as used beyond what the ledger knows of: somebody else spent them. Below 0
	// it charged less than it accepted.
	Others int `json:"others,omitempty"`
}

func newSummary() Summary {
	return Summary{Started: time.Now().UTC(), LeftOut: map[planner.Reason]int{}, Quota: map[string]QuotaState{}}
}

func (s *Summary) end(err error, faults int) {
	s.Ended, s.Exit = time.Now().UTC(), s.exit(err, faults)
}

// chosen takes in targets that were given, of which some are still warm.
func (s *Summary) chosen(given, cold int) {
	s.Discovered += given // beside those that are in no zone
	s.Planned, s.Deferred = cold, cold
	if warm := given - cold; warm > 0 {
		s.LeftOut[planner.Warm] = warm
	}
}

// planned takes in what the plan came to. Until it is submitted, all of it is deferred.
func (s *Summary) planned(plan *planner.Plan) {
	s.Discovered, s.Planned, s.Deferred = plan.Discovered, len(plan.Targets), len(plan.Targets)
	s.LeftOut = maps.Clone(plan.LeftOut)
	s.Coverage = plan.Curve
}

// submitted takes in what the submitter came to.
func (s *Summary) submitted(sent submitter.Summary) {
	s.Accepted, s.Failed, s.Unknown, s.Deferred = sent.Accepted, sent.Failed, sent.Unknown, sent.Deferred
	s.Submitted = s.Accepted + s.Failed + s.Unknown
	s.quotaSpent = sent.QuotaSpent()
	for zone, z := range sent.Zones {
		if z.Quota.Daily > 0 {
			s.quota(zone, z.Quota)
		}
	}
}

// urgent counts what was sent and is in no plan.
func (s *Summary) urgent() {
	if more := s.Submitted + s.Deferred - s.Planned; more > 0 {
		s.Planned += more
		s.Discovered += more
	}
}

// add takes in what was sent beside the plan.
func (s *Summary) add(sent submitter.Summary) {
	s.Accepted += sent.Accepted
	s.Failed += sent.Failed
	s.Unknown += sent.Unknown
	s.Deferred += sent.Deferred
	s.Submitted += sent.Accepted + sent.Failed + sent.Unknown
	s.urgent()
}

// inParts takes in that titles go in parts after all: what was sent, and what is left.
func (s *Summary) inParts(sent, rest int) {
	s.LeftOut[planner.Covered] += s.Planned - sent - rest
	s.Planned, s.Deferred = sent+rest, rest
	if s.LeftOut[planner.Covered] == 0 {
		delete(s.LeftOut, planner.Covered)
	}
}

func (s *Summary) quota(zone string, q submitter.Quota) {
	s.Quota[zone] = QuotaState{Daily: q.Daily, Available: q.Available, Used: q.Daily - q.Available}
}

func (s *Summary) drift(zone string, others int) {
	q := s.Quota[zone]
	q.Others = others
	s.Quota[zone] = q
}

// failedJobs counts the accepted targets whose job came to a bad end.
func (s *Summary) failedJobs() int {
	n := 0
	for state, count := range s.Jobs {
		switch state {
		case submitter.Failed, submitter.Timeout, submitter.Canceled, submitter.Invalid:
			n += count
		}
	}
	return n
}

// nothingLeft is true of a run that found targets, and no zone has a unit for one.
func (s *Summary) nothingLeft() bool {
	for _, q := range s.Quota {
		if q.Available > 0 {
			return false
		}
	}
	return s.Planned == 0 && s.LeftOut[planner.OverQuota] > 0 && len(s.Quota) > 0
}
