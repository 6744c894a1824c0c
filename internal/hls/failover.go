package hls

// quality is what two variants have in common when one is there for the other's failing (RFC 8216, 4.3.4.2).
type quality struct {
	bandwidth, average        int64
	width, height             int
	rate                      float64
	codecs, video, name       string
	audioGroup, subtitleGroup string
}

// markFailover tells redundant variants, which are the same quality at another URL, from the first ones. Variants of
// another pathway than the first one's are redundant as well. A repetition of the same URL is neither.
func markFailover(entries []Entry) {
	first := map[quality]string{}
	pathway, known := "", false
	for i := range entries {
		e := &entries[i]
		if e.Role != RoleVariant {
			continue
		}
		if !known {
			pathway, known = e.Pathway, true
		}
		q := quality{
			e.Bandwidth, e.AverageBandwidth, e.Width, e.Height, e.FrameRate, e.Codecs, e.VideoRange, e.Name,
			e.Audio, e.Subtitles,
		}
		u, seen := first[q]
		if !seen {
			first[q] = e.URL
		}
		e.Failover = e.Pathway != pathway || seen && u != e.URL
	}
}
