package warm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// Explanation is why a URL is in a plan or not. Its JSON names are a promise.
type Explanation struct {
	URL string `json:"url"`
	// Run is the run whose plan it is, Made when it began; 0 and zero for a plan that was made to explain it.
	Run  int64     `json:"run,omitzero"`
	Made time.Time `json:"made,omitzero"`
	// In tells that it is a target; else Reason is the one why it is not.
	In     bool           `json:"in"`
	Reason planner.Reason `json:"reason,omitempty"`
	// Rank is its place among the Targets of the plan, from 1; Cost what it takes of Zone's quota.
	Rank    int    `json:"rank,omitzero"`
	Targets int    `json:"targets"`
	Zone    string `json:"zone,omitempty"`
	Cost    int    `json:"cost,omitzero"`
	// Score is what it is worth and Why what that is made of; CutLine the score of the last of its zone that is in.
	Score   float64      `json:"score"`
	CutLine float64      `json:"cut_line"`
	Why     *planner.Why `json:"why,omitempty"`
	// Found is the resource as it was found, Path the documents that led to it, from the source on.
	Found *crawler.Resource `json:"found,omitempty"`
	Path  []string          `json:"path,omitempty"`
	// Logs are the logs that have requests for it.
	Logs []AskedIn `json:"logs,omitempty"`
	// State is what the ledger knows of it.
	State *Known `json:"state,omitempty"`
}

// Known is what the ledger knows of a URL.
type Known struct {
	State    submitter.State `json:"state"`
	Reason   string          `json:"reason,omitempty"`
	Updated  time.Time       `json:"updated"`
	Accepted time.Time       `json:"accepted,omitzero"`
	Warm     time.Time       `json:"warm,omitzero"`
}

// ExplainOptions are those of one explanation.
type ExplainOptions struct {
	// Fresh discovers and plans anew; else the plan that the run of that number kept is asked, of run 0 the last one.
	Fresh bool
	Run   int64
	// Plan are the options of a fresh plan.
	Plan PlanOptions
}

// Reasons why there is nothing to explain.
var (
	errNoPlan   = &HintError{errors.New("no run has kept a plan yet"), "edgewarm run keeps one each time; edgewarm explain --fresh makes one"}
	errNotFound = errors.New("it was not found")
)

// Explain says why a URL is in a plan or not. faults counts what failed while a fresh plan was made, and logs that could
// not be read.
func (w *Warmer) Explain(ctx context.Context, url string, o ExplainOptions) (e *Explanation, faults int, err error) {
	normal, err := urlkey.Normalize(url)
	if err != nil {
		return nil, 0, &HintError{unsupportedError(err.Error()), "a URL begins with https:// or http://"}
	}
	e = &Explanation{URL: normal}
	body, err := w.decided(ctx, e, o, &faults)
	if err != nil {
		return nil, faults, err
	}
	if err := e.read(body); err != nil {
		return nil, faults, err
	}
	if err := w.known(ctx, e); err != nil {
		return nil, faults, err
	}
	e.Logs, err = w.askedIn(ctx, normal, &faults)
	return e, faults, err
}

// decided is what a run kept of its plan, or a fresh plan.
func (w *Warmer) decided(ctx context.Context, e *Explanation, o ExplainOptions, faults *int) ([]byte, error) {
	if o.Fresh {
		d := newDecisions()
		o.Plan.decisions = d
		plan, n, err := w.PlanOnly(ctx, o.Plan)
		*faults += n
		if err != nil {
			return nil, err
		}
		return d.body(plan), nil
	}
	l, err := w.LookIntoLedger(ctx)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	run, body, err := l.KeptPlan(ctx, o.Run)
	switch {
	case err != nil:
		return nil, err
	case body == nil && o.Run != 0:
		kept, err := l.KeptPlans(ctx)
		if err != nil {
			return nil, err
		}
		return nil, notKept(ctx, l, o.Run, kept)
	case body == nil:
		return nil, errNoPlan
	}
	e.Run = run
	if r, ok, err := l.Run(ctx, run); err == nil && ok {
		e.Made = r.Started
	}
	return body, nil
}

// decisionReader goes over what was decided.
type decisionReader struct {
	*Explanation
	needle []byte
	// parents are those of documents.
	parents map[string]string
	// cut is the score of the last target of each zone.
	cut map[string]float64
	// decided tells that the URL was, only that nothing but targets was kept.
	decided, only bool
}

// read takes in what was decided on the URL.
func (e *Explanation) read(body []byte) error {
	quoted, _ := json.Marshal(e.URL) // a string always marshals
	r := &decisionReader{Explanation: e, needle: append([]byte(`"url":`), quoted...), parents: map[string]string{}, cut: map[string]float64{}}
	if err := eachDecision(body, r.line); err != nil {
		return err
	}
	return r.conclude()
}

func (r *decisionReader) line(line []byte) error {
	text, about := line[1:], bytes.Contains(line, r.needle)
	switch line[0] {
	case lineResource:
		return r.resource(text, about)
	case lineTarget:
		return r.target(text)
	case lineLeftOut:
		if about {
			return r.verdict(text)
		}
	case lineOnly:
		r.only = true
	}
	return nil
}

func (r *decisionReader) resource(text []byte, about bool) error {
	if !about && (bytes.Contains(text, []byte(`"kind":"segment"`)) || bytes.Contains(text, []byte(`"kind":"image"`))) {
		return nil // it lists nothing, as most do
	}
	var found crawler.Resource
	if err := json.Unmarshal(text, &found); err != nil {
		return err
	}
	r.parents[found.URL] = found.Parent
	if found.URL == r.URL && r.Found == nil {
		r.Found = &found
	}
	return nil
}

func (r *decisionReader) target(text []byte) error {
	var t planner.Target
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	r.Targets++
	r.cut[t.Zone] = t.Score
	if t.URL == r.URL {
		r.decided, r.In, r.Rank, r.Zone, r.Cost, r.Score, r.Why = true, true, t.Rank, t.Zone, t.Cost, t.Score, &t.Why
	}
	return nil
}

func (r *decisionReader) verdict(text []byte) error {
	var v verdict
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	if v.URL == r.URL {
		r.decided, r.Reason, r.Zone, r.Score, r.Why = true, v.Reason, v.Zone, v.Score, v.Why
	}
	return nil
}

// conclude adds what can only be said at the end.
func (r *decisionReader) conclude() error {
	switch {
	case !r.decided && r.only:
		return &HintError{fmt.Errorf("%s is no target, and the run found too much to keep why", urlkey.Redact(r.URL)), "--fresh plans anew, and says it"}
	case !r.decided:
		return &HintError{fmt.Errorf("%s: %w", urlkey.Redact(r.URL), errNotFound),
			"edgewarm crawl shows what is found; --fresh looks again; edgewarm inspect URL shows what one document lists"}
	}
	r.CutLine = r.cut[r.Zone]
	if r.Found != nil {
		r.Path = r.path(r.Found.Parent)
	}
	return nil
}

// path are the documents that lead to one, itself the last.
func (r *decisionReader) path(document string) []string {
	var path []string
	for document != "" && !slices.Contains(path, document) {
		path = append(path, document)
		document = r.parents[document]
	}
	slices.Reverse(path)
	return path
}

// known adds what the ledger knows, when there is one.
func (w *Warmer) known(ctx context.Context, e *Explanation) error {
	l, err := ledger.OpenReadOnly(ctx, w.Config.State, w.LedgerOptions(ctx))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer l.Close()
	t, ok, err := l.Target(ctx, e.URL)
	if err != nil || !ok {
		return err
	}
	e.State = &Known{State: t.State, Reason: t.Reason, Updated: t.Updated, Accepted: t.Accepted, Warm: t.Warm}
	return nil
}
