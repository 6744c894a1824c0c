package planner

// Reason is why a resource is left out of a plan. Each has exactly one.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	// Invalid: it is no URL that could be requested.
	Invalid Reason = "invalid"
	// Failed: it was opened and could not be had or read.
	Failed Reason = "failed"
	// DocumentOnly: sitemaps and feeds are read, not warmed.
	DocumentOnly Reason = "document"
	// Key: a decryption key.
	Key Reason = "key"
	// Live: the playlist of a live stream, which changes before it could be served from a cache.
	Live Reason = "live"
	// Gap: a segment that the playlist says is missing.
	Gap Reason = "gap"
	// Excluded: by the globs.
	Excluded Reason = "excluded"
	// Blocked: it was found, and is never to be warmed.
	Blocked Reason = "blocked"
	// NoZone: its host belongs to none of the zones.
	NoZone Reason = "no_zone"
	// Warm: it was warmed so lately that it need not be again.
	Warm Reason = "warm"
	// Covered: the service finds it by itself in a playlist that is a target.
	Covered Reason = "covered"
	// HeldOut: it would have been a target, and stays cold to measure by: see HoldOut.
	HeldOut Reason = "holdout"
	// OverQuota: others were worth more of what the zone, a cap or its title may spend, or what it needs to be played did
	// not fit.
	OverQuota Reason = "over_quota"
)

// LeftOut is a resource that the plan leaves out.
type LeftOut struct {
	URL    string `json:"url"`
	Reason Reason `json:"reason"`
	// Zone, Score and Why are those of what was over quota or is held out: what it would have been worth.
	Zone  string  `json:"-"`
	Score float64 `json:"-"`
	Why   Why     `json:"-"`
}
