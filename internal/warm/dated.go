package warm

import (
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// sameDate is how long after midnight UTC it is the same date from UTC to UTC+8, where most sites of EdgeOne's are.
// Sitemaps do not say of which time zone their dates are. Were all of the day of UTC taken, a run at half past three in
// UTC+8 would send all that changed the day before a second time; so taken, a nightly run anywhere sends little twice.
const sameDate = 16 * time.Hour

// hiddenByDate is whether a resource may have changed after it was warmed although its lastmod is not later, as that is a
// date: on the day that it names, a second change leaves it as it is. It is so only once that day is over, so that all
// changes of the day cost one unit together; and what was warmed again then was warmed after that day, so that this holds
// once for each date at most. Midnight UTC is what a date is read as.
func hiddenByDate(lastmod, warmed, now time.Time) bool {
	return !lastmod.IsZero() && lastmod.Equal(lastmod.Truncate(day)) &&
		!warmed.Before(lastmod) && warmed.Before(lastmod.Add(sameDate)) && !now.Before(lastmod.Add(day))
}

// suspect takes a resource for changed whose origin does not say whether it is, where its date may hide that.
func (c *changes) suspect(r *crawler.Resource) {
	hash := c.hash(r.URL)
	if !hiddenByDate(r.LastMod, time.UnixMilli(c.warmed[hash]), time.Now()) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed[hash] = struct{}{}
	c.suspected++
}
