package accesslog

import (
	"bytes"
	"strconv"
)

// clock reads times in Unix seconds. It remembers the last one: the lines of a log mostly share their second.
type clock struct {
	text []byte
	unix int64
	// date and midnight are the last W3C date.
	date     []byte
	midnight int64
}

// maxTime is the longest time that is looked at; nanoseconds and an offset fit well.
const maxTime = 48

// parse reads 17/May/2015:10:05:03 +0000, RFC 3339 with or without its T, fraction and offset, and seconds, milliseconds,
// microseconds or nanoseconds since 1970. A time without an offset is UTC.
func (c *clock) parse(v []byte) (int64, bool) {
	if bytes.Equal(v, c.text) {
		return c.unix, true
	}
	if len(v) > maxTime {
		return 0, false
	}
	unix, ok := int64(0), false
	switch {
	case len(v) >= 20 && v[2] == '/':
		unix, ok = commonTime(v)
	case len(v) >= 19 && v[4] == '-':
		unix, ok = isoTime(v)
	default:
		unix, ok = epochTime(v)
	}
	if ok {
		c.text, c.unix = append(c.text[:0], v...), unix
	}
	return unix, ok
}

// day reads 2015-05-17 and returns its midnight.
func (c *clock) day(v []byte) (int64, bool) {
	if bytes.Equal(v, c.date) {
		return c.midnight, true
	}
	days, ok := isoDate(v)
	if !ok || len(v) != 10 {
		return 0, false
	}
	c.date, c.midnight = append(c.date[:0], v...), days*86400
	return c.midnight, true
}

// commonTime reads 17/May/2015:10:05:03 +0000.
func commonTime(v []byte) (int64, bool) {
	if v[6] != '/' || v[11] != ':' {
		return 0, false
	}
	d, ok1 := digits(v[:2])
	m := monthOf(v[3:6])
	y, ok2 := digits(v[7:11])
	s, ok3 := secondOfDay(v[12:20])
	days, ok4 := civil(y, m, d)
	offset, ok5 := zoneOf(v[20:])
	return days*86400 + s - offset, ok1 && ok2 && ok3 && ok4 && ok5
}

// isoTime reads 2015-05-17T10:05:03.123+02:00 and its shorter forms.
func isoTime(v []byte) (int64, bool) {
	days, ok1 := isoDate(v)
	s, ok2 := secondOfDay(v[11:19])
	if !ok1 || !ok2 || v[10] != 'T' && v[10] != ' ' && v[10] != 't' {
		return 0, false
	}
	rest := v[19:]
	if len(rest) > 0 && (rest[0] == '.' || rest[0] == ',') {
		i := 1
		for i < len(rest) && '0' <= rest[i] && rest[i] <= '9' {
			i++
		}
		rest = rest[i:]
	}
	offset, ok := zoneOf(rest)
	return days*86400 + s - offset, ok
}

func isoDate(v []byte) (int64, bool) {
	if len(v) < 10 || v[4] != '-' || v[7] != '-' {
		return 0, false
	}
	y, ok1 := digits(v[:4])
	m, ok2 := digits(v[5:7])
	d, ok3 := digits(v[8:10])
	days, ok := civil(y, m, d)
	return days, ok && ok1 && ok2 && ok3
}

// secondOfDay reads 10:05:03.
func secondOfDay(v []byte) (int64, bool) {
	if len(v) < 8 || v[2] != ':' || v[5] != ':' {
		return 0, false
	}
	h, ok1 := digits(v[:2])
	m, ok2 := digits(v[3:5])
	s, ok3 := digits(v[6:8])
	return h*3600 + m*60 + s, ok1 && ok2 && ok3 && h < 24 && m < 60 && s <= 60
}

// zoneOf reads Z, +02:00, +0200 or +02, with a space before it or not, in seconds east; nothing is UTC.
func zoneOf(v []byte) (int64, bool) {
	v = bytes.TrimPrefix(v, []byte(" "))
	if len(v) == 0 || len(v) == 1 && v[0]|0x20 == 'z' {
		return 0, true
	}
	sign := int64(1)
	switch v[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	v = v[1:]
	if len(v) == 5 && v[2] == ':' {
		v = []byte{v[0], v[1], v[3], v[4]}
	}
	n, ok := digits(v)
	switch len(v) {
	case 2:
		n *= 100
	case 4:
	default:
		return 0, false
	}
	return sign * (n/100*3600 + n%100*60), ok && n/100 <= 15 && n%100 < 60
}

// epochTime reads a number since 1970 and tells its unit from its size: seconds until the year 5138, and so on. Less
// than three years after 1970 is no time of a log, but a duration or a size.
func epochTime(v []byte) (int64, bool) {
	if bytes.ContainsAny(v, "eE") {
		f, err := strconv.ParseFloat(string(v), 64)
		return int64(f), err == nil && f > 1e8 && f < 1e11
	}
	whole, _, _ := bytes.Cut(v, []byte("."))
	n, ok := digits(whole)
	if !ok || len(whole) > 19 || n < 1e8 {
		return 0, false
	}
	for n >= 1e11 {
		n /= 1000
	}
	return n, true
}

// digits reads a number of up to 19 digits and nothing else.
func digits(v []byte) (int64, bool) {
	var n int64
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, len(v) > 0 && n >= 0
}

func monthOf(v []byte) int64 {
	const months = "janfebmaraprmayjunjulaugsepoctnovdec"
	for m := int64(0); m < 12; m++ {
		if v[0]|0x20 == months[m*3] && v[1]|0x20 == months[m*3+1] && v[2]|0x20 == months[m*3+2] {
			return m + 1
		}
	}
	return 0
}

// civil returns the days from 1970 to a date of the Gregorian calendar.
func civil(y, m, d int64) (int64, bool) {
	if y < 1970 || m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, false
	}
	if m <= 2 { // years that begin in March have their leap day last
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 719469, true
}
