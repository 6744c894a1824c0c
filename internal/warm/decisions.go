package warm

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// maxDecisions bounds what is kept of a run's decisions, compressed: those on some millions of URLs. Past it only the
// targets and what is held out are kept.
const maxDecisions = 64 << 20

// decisions write down what a plan was made from and what was decided, in lines of a letter and JSON, compressed: R is a
// resource as it was found, T a target, L what was left out, and O says that only targets and what is held out were kept.
type decisions struct {
	packed bytes.Buffer
	out    *gzip.Writer
	line   []byte
	over   bool
}

const (
	lineResource = 'R'
	lineTarget   = 'T'
	lineLeftOut  = 'L'
	lineOnly     = 'O'
)

func newDecisions() *decisions {
	d := &decisions{}
	d.out, _ = gzip.NewWriterLevel(&d.packed, gzip.BestSpeed) // the level is one of gzip's own
	return d
}

// verdict is what is written of what was left out.
type verdict struct {
	URL    string         `json:"url"`
	Reason planner.Reason `json:"reason"`
	Kind   crawler.Kind   `json:"kind,omitempty"`
	Title  string         `json:"title,omitempty"`
	Zone   string         `json:"zone,omitempty"`
	Score  float64        `json:"score,omitzero"`
	Why    *planner.Why   `json:"why,omitempty"`
}

// watch passes the resources on and writes them down.
func (d *decisions) watch(resources iter.Seq2[crawler.Resource, error]) iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		for r, err := range resources {
			if err == nil && !d.over {
				d.line = r.AppendJSON(append(d.line[:0], lineResource))
				d.write()
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// leftOut writes down what was left out, but for what is held out: that is of the plan.
func (d *decisions) leftOut(l planner.LeftOut) {
	if d.over || l.Reason == planner.HeldOut {
		return
	}
	v := verdict{URL: l.URL, Reason: l.Reason, Zone: l.Zone, Score: l.Score}
	if l.Reason == planner.OverQuota {
		v.Why = &l.Why
	}
	d.add(lineLeftOut, v)
}

func (d *decisions) add(letter byte, value any) {
	text, _ := json.Marshal(value) // plain numbers and strings always marshal
	d.line = append(append(d.line[:0], letter), text...)
	d.write()
}

// write writes the line; a buffer takes all.
func (d *decisions) write() {
	_, _ = d.out.Write(append(d.line, '\n'))
	d.over = d.packed.Len() > maxDecisions
}

// body ends with the targets and returns all, compressed.
func (d *decisions) body(plan *planner.Plan) []byte {
	if d.over {
		d.packed.Reset()
		d.out.Reset(&d.packed)
		d.line = append(d.line[:0], lineOnly)
		d.write()
	}
	for i := range plan.Targets {
		d.add(lineTarget, &plan.Targets[i])
	}
	for i := range plan.HeldOut {
		t := &plan.HeldOut[i]
		d.add(lineLeftOut, verdict{URL: t.URL, Reason: planner.HeldOut, Kind: t.Kind, Title: t.Title, Zone: t.Zone, Score: t.Score, Why: &t.Why})
	}
	_ = d.out.Close()
	return d.packed.Bytes()
}

// eachDecision reads what body returned, line after line; none is empty.
func eachDecision(body []byte, read func(line []byte) error) error {
	failed := func(err error) error { return fmt.Errorf("what was kept of the plan: %w", err) }
	unpacked, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return failed(err)
	}
	lines := bufio.NewReaderSize(unpacked, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return nil
		}
		if line = bytes.TrimSuffix(line, []byte("\n")); err == nil && len(line) == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			err = read(line)
		}
		if err != nil {
			return failed(err)
		}
	}
}
