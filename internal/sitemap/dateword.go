package sitemap

import (
	"strings"
	"time"
)

// zones are the names that mail and feeds use. Others could be two things at once.
var zones = map[string]int{
	"": 0, "Z": 0, "UT": 0, "UTC": 0, "GMT": 0,
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	"CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "WET": 0, "BST": 1, "MSK": 3, "JST": 9, "KST": 9,
}

// zone reads Z, +01:00, +0100, +01, GMT, GMT+0100, +0100 CET or nothing, with a comment after it, as seconds east of
// Greenwich.
func zone(b []byte) (offset int, ok bool) {
	if len(b) == 0 || len(b) == 1 && b[0] == 'Z' {
		return 0, true
	}
	s := strings.TrimSpace(string(b))
	if i := strings.IndexByte(s, '('); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	name := s
	if i := strings.IndexAny(s, "+-"); i >= 0 {
		name = strings.TrimSpace(s[:i])
		number, after, _ := strings.Cut(s[i:], " ")
		offset, ok = zoneDigits(number)
		return offset, ok && (name == "" || name == "GMT" || name == "UTC") && isName([]byte(after))
	}
	hours, ok := zones[strings.ToUpper(name)]
	return hours * 3600, ok
}

// zoneDigits reads +01:00 without regard to the colon.
func zoneDigits(s string) (offset int, ok bool) {
	b := []byte(s[1:])
	hours, n := digits(b, 2)
	b = b[n:]
	if len(b) > 1 && b[0] == ':' {
		b = b[1:]
	}
	minutes, m := digits(b, 2)
	offset = hours*3600 + minutes*60
	if s[0] == '-' {
		offset = -offset
	}
	return offset, n > 0 && m == len(b) && hours <= 24 && minutes < 60
}

// wordDate reads the dates that people and mail write: Thu, 05 Jan 2017 13:34:51 +0100; Jan 5, 2017 1:34 PM; 5.1.2017.
func wordDate(s string) (time.Time, bool) {
	var w words
	for s = strings.TrimLeft(s, " ,\t\r\n"); s != ""; s = strings.TrimLeft(s, " ,\t\r\n") {
		end := strings.IndexAny(s, " ,\t\r\n")
		if end < 0 {
			end = len(s)
		}
		// The zone is the last that counts.
		if w.clocked && !isMeridiem(s[:end]) {
			if offset, ok := zone([]byte(s)); ok {
				w.offset, w.zoned = offset, true
				break
			}
		}
		if !w.take(s[:end]) {
			return time.Time{}, false
		}
		s = s[end:]
	}
	return w.date()
}

// words is what was understood of a date so far.
type words struct {
	year, month, day       int
	seconds, nanos, offset int
	clocked, zoned         bool
	monthFirst             bool
}

// take understands one word.
func (w *words) take(s string) bool {
	switch {
	case isMeridiem(s):
		return w.meridiem(s)
	case strings.IndexByte(s, ':') > 0 && s[0] <= '9':
		return w.clock(s)
	case w.monthName(s), isWeekday(s):
		return true
	case strings.ContainsAny(s, "./-"):
		return w.numeric(s)
	}
	return w.number(s)
}

func (w *words) clock(s string) bool {
	seconds, nanos, rest, ok := clock([]byte(s))
	w.seconds, w.nanos, w.clocked = seconds, nanos, true
	switch after := string(rest); {
	case after == "":
	case isMeridiem(after):
		ok = ok && w.meridiem(after)
	default:
		offset, known := zone(rest)
		w.offset, w.zoned, ok = offset, true, ok && known
	}
	return ok
}

func isMeridiem(s string) bool {
	return strings.EqualFold(s, "AM") || strings.EqualFold(s, "PM")
}

func (w *words) meridiem(s string) bool {
	const noon = 12 * 3600
	hour12 := w.seconds < 13*3600
	w.seconds %= noon
	if s[0]|0x20 == 'p' {
		w.seconds += noon
	}
	return w.clocked && hour12
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

func (w *words) monthName(s string) bool {
	if len(s) < 3 {
		return false
	}
	i := strings.Index(months, strings.ToLower(s[:3]))
	if i < 0 || i%3 != 0 || strings.ContainsAny(s, "0123456789") || w.month != 0 {
		return false
	}
	w.month, w.monthFirst = i/3+1, w.day == 0
	return true
}

func isWeekday(s string) bool {
	const weekdays = "monsuntuewedthufrisat"
	return len(s) >= 3 && strings.Index(weekdays, strings.ToLower(s[:3]))%3 == 0 && !strings.ContainsAny(s, "-/.0123456789")
}

// number takes a day or a year, which two digits will do for as in RFC 822.
func (w *words) number(s string) bool {
	n, size := digits([]byte(s), 4)
	suffix := strings.ToLower(s[size:])
	switch {
	case size == 0, suffix != "" && suffix != "st" && suffix != "nd" && suffix != "rd" && suffix != "th":
		return false
	case size <= 2 && w.day == 0:
		w.day = n
	case suffix != "" || w.year != 0:
		return false
	case size == 4:
		w.year = n
	case size == 2:
		w.year = fullYear(n)
	default:
		return false
	}
	return true
}

// fullYear gives a year of two digits its century, as RFC 2822 does.
func fullYear(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}

// numeric takes 05-Jan-2017, 5.1.2017, 13/1/2017 and 1/13/2017. Where day and month could be each other the date is not
// understood, but for dots and dashes, before which the day always stands.
func (w *words) numeric(s string) bool {
	part := strings.FieldsFunc(s, func(c rune) bool { return c == '.' || c == '/' || c == '-' })
	if len(part) != 3 || w.day != 0 || w.year != 0 {
		return false
	}
	if w.month == 0 && w.monthName(part[1]) {
		w.monthFirst = false
		return w.number(part[0]) && w.number(part[2])
	}
	first, n := digits([]byte(part[0]), 2)
	second, m := digits([]byte(part[1]), 2)
	if n != len(part[0]) || m != len(part[1]) || len(part[2]) != 4 || w.month != 0 {
		return false
	}
	switch {
	case !strings.Contains(s, "/") || first > 12:
		w.day, w.month = first, second
	case second > 12:
		w.day, w.month, w.monthFirst = second, first, true
	default:
		return false
	}
	return w.number(part[2])
}

// date is what the words say together. A day that stands first is that of RFC 822, whose time needs a zone.
func (w *words) date() (time.Time, bool) {
	if w.year == 0 || w.day < 1 || w.month < 1 || w.month > 12 || w.day > daysIn(w.year, w.month) {
		return time.Time{}, false
	}
	if w.clocked && !w.zoned && !w.monthFirst {
		return time.Time{}, false
	}
	return civil(w.year, w.month, w.day, w.seconds-w.offset, w.nanos), true
}
