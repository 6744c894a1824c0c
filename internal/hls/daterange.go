package hls

import "time"

// dateRange reads EXT-X-DATERANGE for what it makes a player fetch or mark: interstitials and SCTE-35 cues.
func (m *mediaReader) dateRange(list string) {
	var asset, assets string
	var length time.Duration
	var out, in bool
	for a := (attributes{rest: list}); a.next(); {
		switch a.name {
		case "X-ASSET-URI":
			asset = a.value
		case "X-ASSET-LIST":
			assets = a.value
		case "DURATION", "PLANNED-DURATION":
			d, _ := seconds(a.value)
			length = max(length, d)
		case "SCTE35-OUT":
			out = true
		case "SCTE35-IN":
			in = true
		}
	}
	switch {
	case in:
		m.ads.end()
	case out:
		m.ads.begin(length)
	}
	if m.doc.Segments < m.first || !m.wanted(m.doc.Duration, 0) {
		return
	}
	if asset != "" {
		m.plain(Playlist, RoleInterstitial, asset)
	}
	if assets != "" {
		m.plain(Asset, RoleAssetList, assets)
	}
}
