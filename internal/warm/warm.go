// Package warm joins the crawler, the planner and the submitter into the job that edgewarm does: it is the only place
// that knows all three, the config and the ledger.
//
// A Warmer is one configured edgewarm. Run does the whole job; the other methods are its parts, which the commands use
// by themselves:
//
//	sources ─▶ Crawl ─▶ resources ─▶ Plan ─▶ targets ─▶ Submit ─▶ jobs ─▶ Wait
package warm

import (
	"context"
	"iter"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/submitter"
)

// Warmer is one configured edgewarm. It is used by one goroutine.
type Warmer struct {
	Config *config.Config
	// Command names what runs, for whoever finds the ledger locked.
	Command string
	// Version is this edgewarm's: workers of another take no part in its crawls.
	Version string
	// Launch names the launch whose own bookings are its to spend; empty is none.
	Launch string
	// WaitQuota is for how many resets of the quota a job waits, to go on with what the day did not reach for; 0 is none.
	WaitQuota int
	// Watch is told what goes on. Its zero value keeps quiet.
	Watch Watch
	// Credentials are asked before each request; nil are those that the config names.
	Credentials func(context.Context) (submitter.Credentials, error)
	// OnReceipt is called with the service's answer to each batch; nil is not.
	OnReceipt func(submitter.Receipt)

	transport http.RoundTripper // of EdgeOne, for tests; nil is its own
	lease     time.Duration     // of the ledger, for tests; 0 is its own
	bounds    bounds            // of crawls, for tests; 0 is their own
	api       submitter.API
	edge      *submitter.EdgeOne // the api, if it is EdgeOne
	limiter   *rate.Limiter
	paces     *ledger.Paces
	sender    *submitter.Submitter
	held      *ledger.Ledger
	// told counts the targets of which it is known what became of them, of those that are planned.
	told, planned int
	// resetAt is when quotas are whole again, nil until it is asked for.
	resetAt *Reset
	// whatIf is what each zone is taken to have to spend; 0 asks.
	whatIf int
	// watching is held over what is said from several goroutines.
	watching sync.Mutex
	// onDone is called with each URL that was sent; nil is not.
	onDone func(url string)
	// changes are those since what was warmed last, nil where it is not asked for.
	changes *changes
	// gate lets through what is urgent and comes while a run goes on; nil lets nothing.
	gate *gate
	// early is what goes before the plan is made, nil for nothing.
	early *early
	// found is what a crawl finds, for tests in virtual time; nil crawls.
	found iter.Seq2[crawler.Resource, error]
	// origin is asked in the place of the real one, for tests in virtual time; nil asks that.
	origin originAsker
	// titles are those of the crawl, nil where it does not matter which they are.
	titles *titles
}

// bounds are what a crawl may open, in documents, and remember, in bytes of listings.
type bounds struct {
	documents int
	held      int64
}

// Watch holds what a person may want to know while the job runs. A nil field is not called. All are called from one
// goroutine at a time.
type Watch struct {
	// Note says something that a person wants to know in any case: what an earlier run left, what was refused.
	Note func(text string)
	// Detail says something that a person wants to know when looking closer: what was wrong in a document that could be
	// read all the same, what was closed by robots.txt, how a log was read.
	Detail func(text string)
	// Fault says what failed and, in hint, what to do about it. The job goes on.
	Fault func(err error, hint string)
	// Progress counts: done of total things of a stage, total 0 when it is not known. Of StageLogs they are bytes.
	Progress func(stage Stage, done, total int)
}

// Stage is a part of the job, as progress names it.
type Stage string

// The stages, in their order.
const (
	StageLogs    Stage = "reading logs"
	StageSources Stage = "reading sources"
	StageCrawl   Stage = "crawling"
	StageShared  Stage = "crawling with others"
	StageSubmit  Stage = "submitting"
	StageWait    Stage = "waiting for jobs"
	StageReplay  Stage = "replaying"
	StageExplain Stage = "looking into logs"
	StageVerify  Stage = "asking the caches"
)

func (w Watch) note(text string) {
	if w.Note != nil {
		w.Note(text)
	}
}

func (w Watch) detail(text string) {
	if w.Detail != nil {
		w.Detail(text)
	}
}

func (w Watch) fault(err error, hint string) {
	if w.Fault != nil {
		w.Fault(err, hint)
	}
}

func (w Watch) progress(stage Stage, done, total int) {
	if w.Progress != nil {
		w.Progress(stage, done, total)
	}
}
