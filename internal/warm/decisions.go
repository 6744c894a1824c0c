package warm

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"iter"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
)

// maxDecisions bounds what is kept of a run's decisions, compressed: those on some millions of URLs. Past it only the
// targets are kept.
const maxDecisions = 64 << 20

// decisions write down what a plan was made from and what was decided, in lines of a letter and JSON, compressed: R is a
// resource as it was found, T a target, L what was left out, and O says that only targets were kept.
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

func (d *decisions) leftOut(l planner.LeftOut) {
	if d.over {
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
	_ = d.out.Close()
	return d.packed.Bytes()
}
