package accesslog

import (
	"bytes"
	"math"
	"strconv"
)

// maxWeight bounds the weight of one line, so that no single line makes sums lose the others. It is beyond what any
// site is asked in a year.
const maxWeight = 1e12

// draft is a Record in the making: it takes the values of one line in whatever order they come.
type draft struct {
	rec   Record
	ranks [fields]uint8
	clock clock
	// text holds what had to be unescaped.
	text []byte
}

func (d *draft) reset() {
	d.rec = Record{Weight: 1}
	d.ranks = [fields]uint8{}
	d.text = d.text[:0]
}

// has tells whether a value was given for a field.
func (d *draft) has(f field) bool { return d.ranks[f.slot()] > 0 }

// set gives the value of a field. It is false when the value cannot be one of that field.
func (d *draft) set(a alias, v []byte) bool {
	slot := a.field.slot()
	if a.field == ignored || len(v) == 0 || len(v) == 1 && v[0] == '-' || a.rank <= d.ranks[slot] {
		return true
	}
	ok := true
	switch a.field {
	case request:
		d.request(v, a.rank)
	case target, path:
		d.target(v)
	case when:
		d.rec.Time, ok = d.clock.parse(v)
	case day:
		var midnight int64
		if midnight, ok = d.clock.day(v); ok {
			d.rec.Time += midnight
		}
	case timeOfDay:
		var seconds int64
		if seconds, ok = secondOfDay(v); ok {
			d.rec.Time += seconds
		}
	case status:
		d.rec.Status, ok = statusCode(v)
	case sent:
		d.rec.Bytes = leadingInt(v)
	case sample, weight:
		d.rec.Weight, ok = weightOf(a.field, v)
	default:
		ok = d.setText(a.field, v)
	}
	if ok {
		d.ranks[slot] = a.rank
	}
	return ok
}

// setText sets the fields that are taken as they are; false says that the value is as good as none.
func (d *draft) setText(f field, v []byte) bool {
	switch f {
	case client:
		d.rec.Client = v
	case query:
		d.rec.Query = bytes.TrimPrefix(v, []byte("?"))
	case host:
		if string(v) == "_" { // nginx's name for a server without one
			return true
		}
		d.rec.Host = v
	case scheme:
		d.rec.Scheme = schemeOf(v)
	case port, tls:
		if s := schemeOfPort(f, v); s != nil && !d.has(scheme) {
			d.rec.Scheme = s
		}
	case method:
		d.rec.Method = v
	case cache:
		d.rec.Cache = cacheOf(v)
	case agent:
		d.rec.Agent = v
	case requestID:
		d.rec.RequestID = v
	}
	return true
}

// complete tells whether what was given makes a request, and fills in what a table of weights leaves out.
func (d *draft) complete() bool {
	if !d.has(target) || !d.has(status) && !d.has(weight) {
		return false
	}
	d.assume()
	return true
}

// assume takes what no column told for the plainest request.
func (d *draft) assume() {
	if !d.has(method) && len(d.rec.Path) > 0 {
		d.rec.Method = get
	}
	if !d.has(status) {
		d.rec.Status = 200
	}
	if !d.has(day) && d.has(timeOfDay) {
		d.rec.Time = 0
	}
}

var (
	get   = []byte("GET")
	plain = []byte("http")
	https = []byte("https")
)

func schemeOf(v []byte) []byte {
	switch {
	case bytes.EqualFold(v, https), bytes.EqualFold(v, []byte("wss")):
		return https
	case bytes.EqualFold(v, plain), bytes.EqualFold(v, []byte("ws")):
		return plain
	}
	return nil
}

func schemeOfPort(f field, v []byte) []byte {
	switch {
	case f == tls && string(v) != "off" || string(v) == "443":
		return https
	case string(v) == "80":
		return plain
	}
	return nil
}

// statusCode reads a status; -1 and 000 are those of a connection that got no answer.
func statusCode(v []byte) (int, bool) {
	if string(v) == "-1" {
		return 0, true
	}
	if len(v) > 3 {
		return 0, false
	}
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// leadingInt reads the digits that v begins with, 0 for none; it stops short of overflowing.
func leadingInt(v []byte) int64 {
	var n int64
	for _, c := range v {
		if c < '0' || c > '9' || n > math.MaxInt64/10-9 {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// weightOf reads a weight, or the weight that a sampling rate in per mille comes to.
func weightOf(f field, v []byte) (float64, bool) {
	w, err := strconv.ParseFloat(string(v), 64)
	if err != nil || math.IsNaN(w) || w > maxWeight {
		return 1, false
	}
	if f == sample {
		if w <= 0 || w > 1000 {
			return 1, true
		}
		return 1000 / w, true
	}
	return w, w >= 0
}
