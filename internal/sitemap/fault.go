package sitemap

import "github.com/edgewarm/edgewarm/internal/warning"

// fault is a kind of mistake in a document. The first few of a kind are told each, the rest are counted: a file with the
// same mistake in 50,000 entries must not hide the one that has another.
type fault uint8

const (
	faultTag fault = iota
	faultSection
	faultNesting
	faultMarkup
	faultEncoding
	faultEntity
	faultNoLoc
	faultLoc
	faultRelative
	faultLong
	faultDate
	faultValue
	faultKind
	numFaults
)

// maxTold is how many faults of one kind are told each.
const maxTold = 5

// counted is how the rest of a kind is summed up.
var counted = [numFaults]string{
	faultTag:      "broken tags",
	faultSection:  "sections that are not closed",
	faultNesting:  "elements that are not closed, or closed by another tag",
	faultMarkup:   "stray < characters",
	faultEncoding: "texts that are not UTF-8",
	faultEntity:   "unknown entities",
	faultNoLoc:    "entries without a URL",
	faultLoc:      "URLs dropped",
	faultRelative: "URLs that are not absolute",
	faultLong:     "texts that are too long",
	faultDate:     "dates that are not understood",
	faultValue:    "values that are not understood",
	faultKind:     "entries of another kind than the document says",
}

// faults are the warnings of one document.
type faults struct {
	list  warning.List
	count [numFaults]int
}

// fault tells a fault in the value that was read last, or else at the next token.
func (p *parser) fault(kind fault, format string, args ...any) {
	at := p.offset()
	if p.valueAt >= 0 {
		at = p.valueAt
	}
	p.faultAt(kind, at, format, args...)
}

// faultAt tells a fault at an offset of the document.
func (p *parser) faultAt(kind fault, at int64, format string, args ...any) {
	p.told.count[kind]++
	if p.told.count[kind] <= maxTold {
		p.told.list.Addf(p.lineAt(at), at, format, args...)
	}
}

// warnings are all that was told, then how much more there was of each kind.
func (f *faults) warnings() []warning.Warning {
	for kind, n := range f.count {
		if n > maxTold {
			f.list.Addf(0, 0, "%d more %s", n-maxTold, counted[kind])
		}
	}
	return f.list.All()
}
