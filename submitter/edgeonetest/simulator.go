package edgeonetest

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Simulator is the API. It is an http.Handler, and safe for many goroutines.
type Simulator struct {
	mu     sync.Mutex
	o      Options
	random *rand.Rand
	faults []faultState
	number int // calls of the API so far

	windows map[string]*window // of what was let through, by account or account and action
	arrived arrivals
	spent   map[spentKey]int
	tasks   taskList
	history history
}

// New makes a simulator.
func New(o Options) *Simulator {
	o = o.withDefaults()
	return &Simulator{
		o:       o,
		random:  rand.New(rand.NewPCG(o.Seed, 0)),
		faults:  make([]faultState, len(o.Faults)),
		windows: make(map[string]*window),
		spent:   make(map[spentKey]int),
		tasks:   newTaskList(),
		history: newHistory(),
	}
}

// Update changes the options while it runs, such as a quota that is cut in the middle of the day. Faults begin anew when
// their number changes.
func (s *Simulator) Update(change func(*Options)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.o)
	s.o = s.o.withDefaults()
	if len(s.faults) != len(s.o.Faults) {
		s.faults = make([]faultState, len(s.o.Faults))
	}
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/":
		s.serveAPI(w, r)
	case strings.HasPrefix(path, logsPath):
		s.serveLog(w, r)
	case path == "/_simulator/history":
		s.serveHistory(w, r)
	case path == "/_simulator/summary":
		s.serveSummary(w, r)
	default:
		http.NotFound(w, r)
	}
}

// serveAPI is one call: what goes wrong before it, the call, what goes wrong after it.
func (s *Simulator) serveAPI(w http.ResponseWriter, r *http.Request) {
	c := s.arrive(r)
	c.readBody(w, r)
	if f := c.fault; f == nil || f.isTaken() {
		s.mu.Lock()
		c.answer = s.handle(c, r)
		s.mu.Unlock()
	}
	c.spoil()
	s.remember(c)
	if !c.wait(r.Context()) || c.cut() {
		panic(http.ErrAbortHandler) // closes the connection, with no answer
	}
	c.write(w)
}

// arrive counts the request and picks what goes wrong with it.
func (s *Simulator) arrive(r *http.Request) *call {
	action := r.Header.Get("X-Tc-Action")
	s.mu.Lock()
	s.number++
	number, before := s.number, s.o.Before
	s.mu.Unlock()
	if before != nil {
		before(number, action)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{number: number, action: action, now: s.o.Now(), latency: s.o.Latency, id: requestID(number), host: r.Host}
	s.arrived.add(c.action, c.now)
	for i, f := range s.o.Faults {
		if (f.Action == "" || f.Action == action) && f.hits(&s.faults[i], s.random) {
			c.fault = &f
			break
		}
	}
	return c
}

// handle answers a call as the API would. The lock is held.
func (s *Simulator) handle(c *call, r *http.Request) answer {
	account, fail := s.verify(c, r)
	if fail != nil {
		return *fail
	}
	if fail := s.pace(account.SecretID, c); fail != nil {
		return *fail
	}
	action, ok := actions[c.action]
	switch {
	case c.action == "":
		return refuse("MissingParameter", "the header X-TC-Action is missing")
	case !ok:
		return refuse("InvalidAction", "the action %q is not of this API", c.action)
	case r.Header.Get("X-Tc-Version") != "2022-09-01":
		return refuse("NoSuchVersion", "the header X-TC-Version is not 2022-09-01")
	case slices.Contains(s.o.Deny, c.action):
		return refuse("UnauthorizedOperation.CamUnauthorized", "the account may not do teo:%s", c.action)
	}
	if fail := c.checkParameters(action.parameters); fail != nil {
		return *fail
	}
	return action.do(s, c)
}

// actions are what the API can do, and the parameters that each takes.
var actions = map[string]struct {
	parameters []string
	do         func(*Simulator, *call) answer
}{
	"CreatePrefetchTask":          {[]string{"ZoneId", "Targets", "Mode", "EncodeUrl", "Headers", "PrefetchMediaSegments"}, (*Simulator).createPrefetchTask},
	"CreatePurgeTask":             {[]string{"ZoneId", "Type", "Method", "Targets", "EncodeUrl", "CacheTag"}, (*Simulator).createPurgeTask},
	"DescribePrefetchTasks":       {[]string{"ZoneId", "StartTime", "EndTime", "Offset", "Limit", "Filters"}, (*Simulator).describePrefetchTasks},
	"DescribeContentQuota":        {[]string{"ZoneId"}, (*Simulator).describeContentQuota},
	"DescribeTopL7AnalysisData":   {[]string{"StartTime", "EndTime", "MetricName", "ZoneIds", "Limit", "Filters", "Area"}, (*Simulator).describeTopL7AnalysisData},
	"DownloadL7Logs":              {[]string{"StartTime", "EndTime", "ZoneIds", "Domains", "Limit", "Offset"}, (*Simulator).downloadL7Logs},
	"DescribeZones":               {[]string{"Offset", "Limit", "Filters", "Order", "Direction"}, (*Simulator).describeZones},
	"DescribeAccelerationDomains": {[]string{"ZoneId", "Offset", "Limit", "Filters", "Order", "Direction", "Match"}, (*Simulator).describeAccelerationDomains},
}

// since is the time that has passed between two readings of the clock; 0 when it was set back.
func since(from, to time.Time) time.Duration { return max(to.Sub(from), 0) }
