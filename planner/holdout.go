package planner

import "github.com/edgewarm/edgewarm/crawler"

// HoldOut leaves a share of what would be targets out of a plan, drawn by lot, so that what warming does can be told from
// what happens anyway. What is held out takes no unit: the next best has it. Its zero value holds nothing out.
//
// Never held out is what others need to be played (playlists, init sections, keys), what is pinned or fills a floor, and
// what a source's Weight of more than 1 announces. What is held out is the leaves, each by itself: of a title most stays
// warm, and a miss of one segment is the origin's and one viewer's.
type HoldOut struct {
	// Share is that of the targets, from 0 to 1.
	Share float64
	// Salt decides on the draw together with the URL: under the same one the same are held out.
	Salt string
	// May tells of a target whether it may be held out, beside those that never are; nil is any.
	May func(*Target) bool
}

// Compares tells whether a target is one that could have been held out, and so can be compared with those that were.
func (h *HoldOut) Compares(t *Target) bool {
	switch t.Kind {
	case crawler.Playlist, crawler.Init, crawler.Key, crawler.Sitemap:
		return false
	}
	return t.Why.Rule == "" && t.Why.Weight <= 1 && (h.May == nil || h.May(t))
}

// draws tells whether a candidate is held out if it comes to be chosen.
func (h *HoldOut) draws(t *Target) bool {
	return h.Share > 0 && lot(h.Salt, t.URL) < h.Share && h.Compares(t)
}

// lot is a number from 0 to 1 that the two texts decide on: FNV-1a, mixed as in MurmurHash3, since the upper bits of the
// first hash of like texts are alike.
func lot(salt, text string) float64 {
	hash := uint64(14695981039346656037)
	for _, s := range [...]string{salt, "\x00", text} {
		for i := range len(s) {
			hash = (hash ^ uint64(s[i])) * 1099511628211
		}
	}
	hash = (hash ^ hash>>33) * 0xff51afd7ed558ccd
	hash = (hash ^ hash>>33) * 0xc4ceb9fe1a85ec53
	return float64((hash^hash>>33)>>11) * 0x1p-53
}
