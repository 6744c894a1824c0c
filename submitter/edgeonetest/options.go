package edgeonetest

import "time"

// The account that may sign requests when Options names none, and what it has.
const (
	DefaultSecretID  = "AKIDsimulator"
	DefaultSecretKey = "simulator-secret-key"
	DefaultBatch     = 1000
	DefaultDaily     = 10_000
	DefaultRate      = 20
	DefaultTaskTime  = time.Second
)

// Options are what a Simulator is like. The zero value is an account with no zone, which signs with DefaultSecretID.
type Options struct {
	// Accounts may sign requests. None: one with DefaultSecretID and DefaultSecretKey.
	Accounts []Account
	// Zones are the sites of every account.
	Zones []Zone
	// AllZones allows the zone "*" in CreatePrefetchTask: the targets of one call may be of several zones.
	AllZones bool
	// Deny lists actions that are answered with UnauthorizedOperation.CamUnauthorized.
	Deny []string

	// Batch is how many targets one call may carry. 0 is DefaultBatch; a zone may have its own.
	Batch int
	// Daily is the quota of a zone and day, in targets. 0 is DefaultDaily, below 0 is none at all; a zone may have its own.
	Daily int
	// EdgeDaily is the separate quota of a zone and day for Mode edge. 0 is 1000.
	EdgeDaily int
	// PurgeDaily is the separate quota of a zone and day for purging URLs. 0 is as many as Daily, below 0 is none at all.
	PurgeDaily int
	// Day is the zone whose midnight begins the day of the quota. Nil is UTC+8.
	Day *time.Location
	// ChargeFailed counts what is on the FailedList against the quota too.
	ChargeFailed bool
	// NullQuota answers DescribeContentQuota with null in place of the lists.
	NullQuota bool

	// Rate is how many requests are let through in every sliding second. 0 is DefaultRate, below 0 is no limit.
	Rate int
	// RatePerAction gives each action of an account its own Rate, instead of one for the account.
	RatePerAction bool

	// Fail puts the targets that match a pattern on the FailedList, with the reason.
	Fail []Match
	// Bad refuses a whole call with InvalidParameter.Target because of one target that matches a pattern.
	Bad []Match
	// Outcomes are what becomes of accepted targets; the first pattern that matches decides. None: success.
	Outcomes []Outcome
	// TaskTime is how long a task is processing. 0 is DefaultTaskTime, below 0 is no time.
	TaskTime time.Duration
	// ListDelay is how long a task is not listed yet by DescribePrefetchTasks.
	ListDelay time.Duration

	// AllowEdge is whether the accounts may use Mode edge.
	AllowEdge bool
	// AllowSegments is whether the accounts may use PrefetchMediaSegments. Without it, the call is refused.
	AllowSegments bool
	// Segments lists what a playlist would be resolved to, with PrefetchMediaSegments. Each costs a unit; what is past
	// the quota is dropped without a word.
	Segments func(playlist string) []string

	// Traffic is what DescribeTopL7AnalysisData tells, whatever the times: by host, then by path.
	Traffic map[string]map[string]Traffic
	// Logs are the packages that DownloadL7Logs lists.
	Logs []Log

	// Latency is how long each answer takes.
	Latency time.Duration
	// Faults are what goes wrong; the first that applies to a request is what happens to it.
	Faults []Fault
	// Seed picks the requests that a fault with a Chance hits.
	Seed uint64
	// Before is called at the start of each call of the API, numbered from 1; it may call Update. For tests.
	Before func(number int, action string)
	// Now is the clock. Nil is time.Now.
	Now func() time.Time
	// MaxHistory bounds the requests that are remembered, and the targets that are accepted. 0 is a million.
	MaxHistory int
}

// Account may sign requests.
type Account struct {
	SecretID, SecretKey string
	// Token must come along when it is set, as with temporary credentials.
	Token string
}

// Zone is a site.
type Zone struct {
	ID, Name string
	// Hosts are its acceleration domains; "*.example.com" is every subdomain.
	Hosts []string
	// Offline are hosts that are listed, but are switched off.
	Offline []string
	// Paused zones refuse every call.
	Paused bool
	// Batch and Daily are its own; 0 is what Options says.
	Batch, Daily int
}

// Match is a pattern of URLs, in which * stands for any run of characters.
type Match struct {
	Glob string
	// Reason is what the FailedList or the error says; empty has a default.
	Reason string
}

// Outcome is how the tasks of some targets end.
type Outcome struct {
	Glob string
	// Status is success, failed, timeout, canceled, invalid, processing (it never ends), or a new one.
	Status            string
	FailType, Message string
}

const (
	defaultEdgeDaily  = 1000
	defaultMaxHistory = 1_000_000
)

// withDefaults fills in what zero stands for.
func (o Options) withDefaults() Options {
	if len(o.Accounts) == 0 {
		o.Accounts = []Account{{SecretID: DefaultSecretID, SecretKey: DefaultSecretKey}}
	}
	orElse(&o.Batch, DefaultBatch)
	orElse(&o.Daily, DefaultDaily)
	orElse(&o.EdgeDaily, defaultEdgeDaily)
	orElse(&o.Rate, DefaultRate)
	orElse(&o.TaskTime, DefaultTaskTime)
	orElse(&o.MaxHistory, defaultMaxHistory)
	if o.Day == nil {
		o.Day = time.FixedZone("UTC+8", 8*60*60)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func orElse[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
