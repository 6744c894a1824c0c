package robots

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// delay gives the agents named since the last Crawl-delay of the group this one. It is no rule: RFC 9309 has records that
// it does not know leave the group open.
func (p *parser) delay(value string) {
	pause, ok := p.seconds(value)
	for _, a := range p.names[p.undelayed:] {
		if ok && (!a.delayed || pause > a.delay) {
			a.delay, a.delayed = pause, true
		}
	}
	p.undelayed = len(p.names)
}

// seconds reads the number at the beginning of a value such as 10, 0.5 or "10 seconds".
func (p *parser) seconds(value string) (time.Duration, bool) {
	number, _, _ := strings.Cut(value, " ")
	n, err := strconv.ParseFloat(strings.TrimSuffix(number, "s"), 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange), math.IsNaN(n):
		p.warnf("Crawl-delay %.40q is no number: ignored", value)
		return 0, false
	case n < 0:
		p.warnf("Crawl-delay %.40q is negative: ignored", value)
		return 0, false
	case n > MaxCrawlDelay.Seconds():
		p.warnf("Crawl-delay %.40q is taken as %s", value, MaxCrawlDelay)
		return MaxCrawlDelay, true
	}
	return time.Duration(n * float64(time.Second)), true
}
