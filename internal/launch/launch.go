// Package launch works out, backwards from a release, when its targets have to be sent for all of them to be warm in time.
// It is arithmetic only: no I/O and no clock.
package launch

import "time"

// Item is one target of a launch. Items come in the order in which viewers miss them most: the start of every title
// before the rest of any.
type Item struct {
	URL, Zone string
	// Cost is what it takes of the zone's quota, in units.
	Cost int
	// Bytes is its size, 0 when that is not known.
	Bytes int64
	// Last is of what is to go when everything else is warm: playlists, by which viewers could ask for what is not there.
	Last bool
}

// Day is a quota day of a zone, and what of it the launch may spend.
type Day struct {
	// Name is the ledger's: 2006-01-02.
	Name string
	// From and To are when it begins and ends.
	From, To time.Time
	Units    int
}

// Terms are what a schedule is made under.
type Terms struct {
	// Now is when it is made, At the release.
	Now, At time.Time
	// Margin is how long before the release everything is to be warm.
	Margin time.Duration
	// TTL is how long a target stays warm: nothing is sent sooner than that before the release. 0 is for ever.
	TTL time.Duration
	// Job is how long the service takes for a job, at most.
	Job time.Duration
	// Rate is how many targets can be sent in a second. Bandwidth is how much the origin can serve in a second, in bytes;
	// 0 is not bounded.
	Rate, Bandwidth float64
	// Days are each zone's quota days that may be spent, from the present one on, in their order.
	Days map[string][]Day
}

// warmBy is when everything is to be warm.
func (t Terms) warmBy() time.Time { return t.At.Add(-t.Margin) }

// lastBy is by when what goes last has to be sent.
func (t Terms) lastBy() time.Time { return t.warmBy().Add(-t.Job) }

// opens is when what is sent is still warm at the release.
func (t Terms) opens() time.Time {
	if soonest := t.At.Add(-t.TTL); t.TTL > 0 && soonest.After(t.Now) {
		return soonest
	}
	return t.Now
}

// took is how long it takes to send so many targets, and the origin to serve them.
func (t Terms) took(targets int, bytes int64) time.Duration {
	var seconds float64
	if t.Rate > 0 {
		seconds = float64(targets) / t.Rate
	}
	if t.Bandwidth > 0 {
		seconds = max(seconds, float64(bytes)/t.Bandwidth)
	}
	return time.Duration(seconds * float64(time.Second))
}
