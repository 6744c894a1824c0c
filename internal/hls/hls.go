// Package hls resolves HLS playlists (RFC 8216 and its second edition) to exactly what players would request.
//
// Parse reads one playlist of either kind and hands every URL that it lists to a callback, in the playlist's own order:
// playlists (variants, renditions, I-frame and image playlists), segments, parts, init sections, keys and session data.
// Multivariant playlists go through grafov/m3u8's typed decoder on text that was made safe for it first; media
// playlists, of which there are many and long ones, through a line reader that keeps nothing but the line at hand.
//
// Nothing is fetched here. What a player would take from elsewhere comes in through Options: the variables of the
// multivariant playlist, its bandwidth for sizes, a content steering manifest.
package hls

// Kind is what an Entry is, in the crawler's words.
type Kind string

// The kinds of entries.
const (
	Playlist Kind = "playlist" // roles: variant, rendition, iframe, image, steering, interstitial
	Segment  Kind = "segment"  // roles: "" for a whole one, part, hint, report, gap
	Init     Kind = "init"     // EXT-X-MAP
	Key      Kind = "key"      // roles: "" for a plain key over HTTP, session, drm (never a target; URL as it is written)
	Subtitle Kind = "subtitle" // a rendition that is one subtitle file
	Media    Kind = "media"    // a rendition that is one media file
	Image    Kind = "image"    // a tile of an image playlist
	Asset    Kind = "asset"    // roles: session-data, asset-list
)

// The roles of entries.
const (
	RoleVariant      = "variant"
	RoleRendition    = "rendition"
	RoleIFrame       = "iframe"
	RoleImage        = "image"
	RoleSteering     = "steering"
	RoleInterstitial = "interstitial"
	RolePart         = "part"
	RoleHint         = "hint"
	RoleReport       = "report"
	RoleGap          = "gap"
	RoleSession      = "session"
	RoleDRM          = "drm"
	RoleSessionData  = "session-data"
	RoleAssetList    = "asset-list"
)

// The types of entries that EXT-X-MEDIA has none for.
const (
	TypeIFrame = "I-FRAME"
	TypeImage  = "IMAGE"
)
