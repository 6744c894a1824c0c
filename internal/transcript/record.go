package transcript

import (
	"math"
	"strconv"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

// decode reads a record.
func (t *Transcript) decode(f *fields) {
	r := &t.record
	weighted := decodeKind(f, t.kinds.next(f), r)
	decodeTarget(f, t.targets.next(f), r)
	r.Client, r.Agent = t.clients.next(f), t.agents.next(f)
	t.time += f.varint()
	r.Time, r.Bytes = t.time, int64(f.uvarint())
	r.RequestID = t.requestID(f)
	if r.Weight = 1; weighted {
		r.Weight = math.Float64frombits(f.uint64())
	}
}

// decodeKind takes a kind apart, and reports whether the record has a weight.
func decodeKind(f *fields, text []byte, r *accesslog.Record) bool {
	k := fields{b: text}
	first := k.byte()
	r.Cache = accesslog.Cache(first &^ weighted)
	r.Status = int(k.uvarint())
	r.Method = k.b
	if k.damaged || r.Cache > accesslog.Bypass {
		f.fail()
	}
	return first&weighted != 0
}

func decodeTarget(f *fields, text []byte, r *accesslog.Record) {
	u := fields{b: text}
	scheme := u.byte()
	host, path := u.uvarint(), u.uvarint()
	r.Host, r.Path, r.Query = u.bytes(host), u.bytes(path), u.b
	if u.damaged || int(scheme) >= len(schemes) {
		f.fail()
		return
	}
	r.Scheme = schemes[scheme]
}

func (t *Transcript) requestID(f *fields) []byte {
	n := f.uvarint()
	if n == numericID {
		t.id = strconv.AppendUint(t.id[:0], f.uvarint(), 10)
		return t.id
	}
	return f.bytes(n >> 1)
}
