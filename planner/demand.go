package planner

// Demand is what people asked of one URL, as far as the access logs tell. Counts may be fractions: they are decayed by
// age and scaled by sampling.
type Demand struct {
	// Requests counts the requests that were answered with content.
	Requests float64
	// Misses counts those of them that the cache did not have. It is 0 in a log without a cache status.
	Misses float64
	// Bytes is what was sent in answer to them.
	Bytes float64
}
