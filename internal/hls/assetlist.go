package hls

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// maxAssets bounds the interstitials of one list: an ad break has a dozen.
const maxAssets = 10_000

var errAssets = errors.New("not a list of interstitial assets")

// ParseAssetList reads the JSON document that an entry of the role asset-list points at, and emits a playlist of the
// role interstitial for each of its assets.
func ParseAssetList(body []byte, base string, emit func(*Entry) bool) (Document, error) {
	r := &reader{raw: base}
	b, err := urlkey.ParseBase(base)
	if err != nil {
		return Document{}, &Error{Op: "parse", URL: base, Err: err}
	}
	var list struct {
		Assets []struct {
			URI      string  `json:"URI"`
			Duration float64 `json:"DURATION"`
		} `json:"ASSETS"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return Document{}, &Error{Op: "parse", URL: base, Err: fmt.Errorf("%w: %w", errAssets, err)}
	}
	for i, a := range list.Assets {
		if i == maxAssets {
			r.warnings.Addf(0, 0, "%d assets are left out: the limit is %d", len(list.Assets)-i, maxAssets)
			break
		}
		u, err := b.Resolve(a.URI)
		if err != nil {
			r.warnings.Addf(0, 0, "left out: %v", err)
			continue
		}
		d, _ := seconds(fmt.Sprint(a.Duration))
		if !emit(&Entry{Kind: Playlist, Role: RoleInterstitial, URL: u, Index: i, Duration: max(0, d), Ad: true}) {
			break
		}
	}
	r.doc.Warnings = r.warnings.All()
	return r.doc, nil
}
