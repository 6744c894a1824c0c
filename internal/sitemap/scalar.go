package sitemap

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// maxTitle bounds a title that is kept; search engines cut them at a hundred characters.
	maxTitle = 1000
	// maxWords bounds the languages and types that are kept to be the same string each time.
	maxWords = 256
	// maxWord bounds one of them.
	maxWord = 128
	// maxDuration is more than any video lasts; what is over it is garbage.
	maxDuration = 1000 * time.Hour
)

// title returns a title on one line.
func (p *parser) title(v []byte) string {
	v, _ = p.utf8(trim(v))
	if len(v) > maxTitle {
		end := maxTitle
		for end > 0 && !utf8.RuneStart(v[end]) {
			end--
		}
		v = v[:end]
	}
	s := string(v)
	if strings.ContainsAny(s, "\t\r\n") || strings.Contains(s, "  ") {
		s = strings.Join(strings.Fields(s), " ")
	}
	return s
}

// word returns a short text that many entries have.
func (p *parser) word(v []byte) string {
	v = trim(v)
	if s, ok := p.words[string(v)]; ok {
		return s
	}
	if len(v) == 0 || len(v) > maxWord || !utf8.Valid(v) {
		return ""
	}
	s := string(v)
	if p.words == nil {
		p.words = make(map[string]string)
	}
	if len(p.words) < maxWords {
		p.words[s] = s
	}
	return s
}

// changeFreq returns one of the seven words of the protocol.
func (p *parser) changeFreq(v []byte) string {
	if word := changeFreqOf(v); word != "" {
		return word
	}
	v = trim(v)
	word := changeFreqOf(bytes.ToLower(v))
	if word == "" && len(v) > 0 {
		p.fault(faultValue, "changefreq %.40q is ignored", v)
	}
	return word
}

func changeFreqOf(v []byte) string {
	switch string(v) {
	case "always":
		return "always"
	case "hourly":
		return "hourly"
	case "daily":
		return "daily"
	case "weekly":
		return "weekly"
	case "monthly":
		return "monthly"
	case "yearly":
		return "yearly"
	case "never":
		return "never"
	}
	return ""
}

// priority returns a number between 0 and 1.
func (p *parser) priority(v []byte) float64 {
	if n, ok := fixedPriority(v); ok {
		return n
	}
	if v = trim(v); len(v) == 0 {
		return 0
	}
	n, err := strconv.ParseFloat(strings.Replace(string(v), ",", ".", 1), 64)
	if err != nil || !(n >= 0 && n <= 1) {
		p.fault(faultValue, "priority %.40q is ignored", v)
		return 0
	}
	return n
}

// fixedPriority reads the usual forms, 0.5 and 0.64.
func fixedPriority(v []byte) (float64, bool) {
	if len(v) < 3 || len(v) > 4 || v[1] != '.' || v[0] != '0' && v[0] != '1' {
		return 0, false
	}
	tens, ones := v[2]-'0', byte(0)
	if len(v) == 4 {
		ones = v[3] - '0'
	}
	if tens > 9 || ones > 9 {
		return 0, false
	}
	n := 10*tens + ones
	if v[0] == '1' {
		return 1, n == 0
	}
	return hundredths[n], true
}

// hundredths are 0.00 to 0.99: dividing takes as long as all else of a priority.
var hundredths = func() (all [100]float64) {
	for i := range all {
		all[i] = float64(i) / 100
	}
	return all
}()

// count returns a number of views.
func (p *parser) count(v []byte) int64 {
	n, err := strconv.ParseInt(string(trim(v)), 10, 64)
	if err != nil || n < 0 {
		p.fault(faultValue, "view_count %.40q is ignored", v)
		return 0
	}
	return n
}

func isYes(v []byte) bool {
	s := strings.ToLower(string(trim(v)))
	return s == "yes" || s == "true" || s == "1"
}

// duration reads seconds, 1:02:03, or PT1H2M3S.
func (p *parser) duration(v []byte) time.Duration {
	v = trim(v)
	if len(v) == 0 {
		return 0
	}
	seconds, ok := clockSeconds(string(v))
	if !ok {
		seconds, ok = isoSeconds(string(v))
	}
	if !ok || !(seconds >= 0 && seconds <= maxDuration.Seconds()) {
		p.fault(faultValue, "duration %.40q is ignored", v)
		return 0
	}
	return time.Duration(math.Round(seconds*1000)) * time.Millisecond
}

func clockSeconds(s string) (float64, bool) {
	total := 0.0
	for i := 0; i < 3; i++ {
		part, rest, more := strings.Cut(s, ":")
		n, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return 0, false
		}
		total = total*60 + n
		if !more {
			return total, true
		}
		s = rest
	}
	return 0, false
}

var isoUnits = map[byte]float64{'D': 86400, 'H': 3600, 'M': 60, 'S': 1}

func isoSeconds(s string) (float64, bool) {
	s, ok := strings.CutPrefix(strings.ToUpper(s), "P")
	if !ok {
		return 0, false
	}
	days, clock, _ := strings.Cut(s, "T")
	if strings.ContainsAny(days, "MHS") {
		return 0, false // months have no length
	}
	total := 0.0
	for s = days + clock; s != ""; {
		i := strings.IndexAny(s, "DHMS")
		if i < 0 {
			return 0, false
		}
		n, err := strconv.ParseFloat(s[:i], 64)
		if err != nil {
			return 0, false
		}
		total += n * isoUnits[s[i]]
		s = s[i+1:]
	}
	return total, true
}
