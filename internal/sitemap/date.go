package sitemap

import "time"

// longestDate bounds a date: "Wednesday, September 30, 2020 11:59:59 PM GMT+0100 (Central European Time)" and some more.
const longestDate = 100

// date reads a date of any of the forms seen. It returns the zero time for what is none, which is told.
func (p *parser) date(v []byte) time.Time {
	v = trim(v)
	if len(v) == 0 {
		return time.Time{}
	}
	d, ok := parseDate(v)
	if !ok {
		p.fault(faultDate, "date %.60q is ignored", v)
		return time.Time{}
	}
	return d
}

// lastMod reads when something changed.
func (p *parser) lastMod(v []byte) time.Time { return p.past(p.date(v), v) }

// past leaves out a date to come, which says nothing of a change.
func (p *parser) past(d time.Time, v []byte) time.Time {
	if d.After(p.latest) {
		p.fault(faultDate, "date %.60q is in the future: ignored", trim(v))
		return time.Time{}
	}
	return d
}

// maxAhead is how far clocks and time zones may be ahead of ours.
const maxAhead = 24 * time.Hour

// parseDate reads a date in UTC. Those before 1970, of which the year 1 is the most frequent, mean that there is none.
func parseDate(v []byte) (time.Time, bool) {
	if len(v) > longestDate {
		return time.Time{}, false
	}
	d, ok := fixedDate(v)
	if !ok {
		d, ok = isoDate(v)
	}
	if !ok {
		d, ok = wordDate(string(v))
	}
	return d, ok && plausible(d)
}

func plausible(d time.Time) bool { return d.Unix() > 0 && d.Unix() < endOfTime }

// endOfTime is the beginning of the year 10000, which has no place in RFC 3339.
const endOfTime = 253_402_300_800

// fixedDate reads the two forms that nearly all sitemaps have, 2006-01-02 and 2006-01-02T15:04:05Z07:00.
func fixedDate(b []byte) (time.Time, bool) {
	if len(b) < 10 || b[4] != '-' || b[7] != '-' {
		return time.Time{}, false
	}
	year, month, day := pair(b, 0)*100+pair(b, 2), pair(b, 5), pair(b, 8)
	hour, minute, second, east := 0, 0, 0, 0
	switch {
	case len(b) == 10:
	case len(b) == 20 && b[19] == 'Z', len(b) == 25 && b[22] == ':' && (b[19] == '+' || b[19] == '-'):
		if b[10] != 'T' || b[13] != ':' || b[16] != ':' {
			return time.Time{}, false
		}
		hour, minute, second = pair(b, 11), pair(b, 14), pair(b, 17)
		if len(b) == 25 {
			east = pair(b, 20)*3600 + pair(b, 23)*60
		}
		if b[19] == '-' {
			east = -east
		}
	default:
		return time.Time{}, false
	}
	// What is no digit makes a number far outside of every range.
	if uint(year) > 9999 || uint(hour) > 23 || uint(minute) > 59 || uint(second) > 59 || uint(east+86_400) > 2*86_400 {
		return time.Time{}, false
	}
	if uint(month-1) > 11 || uint(day-1) >= uint(daysIn(year, month)) {
		return time.Time{}, false
	}
	return civil(year, month, day, hour*3600+minute*60+second-east, 0), true
}

// pair is the number that two digits make; 10,000 and more when there are other bytes.
func pair(b []byte, i int) int {
	tens, ones := b[i]-'0', b[i+1]-'0'
	if tens > 9 || ones > 9 {
		return 10_000_000
	}
	return int(tens)*10 + int(ones)
}

// digits reads up to most digits off the front of b; n is how many there were.
func digits(b []byte, most int) (value, n int) {
	for n < len(b) && n < most && b[n] >= '0' && b[n] <= '9' {
		value = value*10 + int(b[n]-'0')
		n++
	}
	return value, n
}

// isoDate reads 2006-01-02T15:04:05.999Z and every part of it from the front on: year, month, day, minute, second, with
// T or a space, any zone or none, and without the dashes and colons.
func isoDate(b []byte) (time.Time, bool) {
	year, n := digits(b, 14)
	month, day := 1, 1
	switch {
	case n == 4 && len(b) == 4:
		return civil(year, 1, 1, 0, 0), true
	case n == 4 && (b[4] == '-' || b[4] == '/' || b[4] == '.'):
		separator := b[4]
		b = b[5:]
		if month, n = digits(b, 2); n == 0 {
			return time.Time{}, false
		}
		if b = b[n:]; len(b) > 0 && b[0] == separator {
			if day, n = digits(b[1:], 2); n == 0 {
				return time.Time{}, false
			}
			b = b[1+n:]
		}
	case n >= 8:
		return compactDate(b, n)
	default:
		return time.Time{}, false
	}
	return withClock(year, month, day, b)
}

// compactDate reads 20060102, 20060102150405, and seconds or milliseconds since 1970. b begins with n digits.
func compactDate(b []byte, n int) (time.Time, bool) {
	switch n {
	case 8:
		year, _ := digits(b, 4)
		month, _ := digits(b[4:], 2)
		day, _ := digits(b[6:], 2)
		return withClock(year, month, day, b[8:])
	case 10, 13:
		since, _ := digits(b, n)
		if len(b) != n {
			return time.Time{}, false
		}
		if n == 10 {
			return time.Unix(int64(since), 0).UTC(), true
		}
		return time.UnixMilli(int64(since)).UTC(), true
	case 14:
		day, ok := compactDate(b[:8], 8)
		if !ok {
			return time.Time{}, false
		}
		return withClock(day.Year(), int(day.Month()), day.Day(), b[8:])
	}
	return time.Time{}, false
}

// withClock reads what follows a day: nothing, or a time of day with its zone. A zone that is left out is UTC.
func withClock(year, month, day int, b []byte) (time.Time, bool) {
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return time.Time{}, false
	}
	if b = trimLeft(b); len(b) > 0 && (b[0] == 'T' || b[0] == 't') {
		b = b[1:]
	}
	if len(b) == 0 {
		return civil(year, month, day, 0, 0), true
	}
	var seconds, nanos int
	rest, ok := b, true // 2006-01-02Z
	if b[0] >= '0' && b[0] <= '9' {
		seconds, nanos, rest, ok = clock(b)
	}
	if !ok {
		return time.Time{}, false
	}
	offset, ok := zone(rest)
	return civil(year, month, day, seconds-offset, nanos), ok
}

// clock reads 15, 15:04, 15:04:05.999 and 150405 off the front of b.
func clock(b []byte) (seconds, nanos int, rest []byte, ok bool) {
	var unit [3]int
	for i := range unit {
		value, n := digits(b, 2)
		if n == 0 {
			break
		}
		unit[i], b, ok = value, b[n:], true
		if len(b) > 1 && b[0] == ':' && i < 2 {
			b = b[1:]
		}
	}
	if len(b) > 1 && (b[0] == '.' || b[0] == ',') {
		var n int
		nanos, n = digits(b[1:], 9)
		for range 9 - n {
			nanos *= 10
		}
		for b = b[1+n:]; len(b) > 0 && b[0] >= '0' && b[0] <= '9'; {
			b = b[1:]
		}
	}
	// A leap second, and 24:00, are the beginning of what follows.
	ok = ok && unit[0] <= 24 && unit[1] < 60 && unit[2] <= 60
	return unit[0]*3600 + unit[1]*60 + unit[2], nanos, b, ok
}

// civil is time.Date for UTC, in a third of its time; seconds may be those of another day.
func civil(year, month, day, seconds, nanos int) time.Time {
	// Days from 1970-01-01, with years that begin in March so that the leap day is the last.
	y, m := year, month-3
	if m < 0 {
		y, m = y-1, m+12
	}
	days := 365*y + y/4 - y/100 + y/400 + (153*m+2)/5 + day - 1 - 719_468
	return time.Unix(int64(days)*86_400+int64(seconds), int64(nanos)).UTC()
}

func daysIn(year, month int) int {
	if month == 2 && (year%4 == 0 && year%100 != 0 || year%400 == 0) {
		return 29
	}
	return [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
}
