package crawler

// Kind says what a resource is.
type Kind string

// The kinds of resources. Site, Page, Sitemap and Playlist are documents: they list other resources.
const (
	Site     Kind = "site"     // the root of a host: its page, and by its robots.txt its sitemaps
	Sitemap  Kind = "sitemap"  // a sitemap, a sitemap index, a feed or a robots.txt
	Page     Kind = "page"     // HTML, or what is taken for it until it is opened
	Playlist Kind = "playlist" // HLS: multivariant or media
	Segment  Kind = "segment"  // a media segment of a playlist
	Init     Kind = "init"     // a media initialization section (EXT-X-MAP)
	Key      Kind = "key"      // a decryption key
	Subtitle Kind = "subtitle" // WebVTT and the like
	Image    Kind = "image"
	Media    Kind = "media" // a whole audio or video file
	Asset    Kind = "asset" // style sheets, scripts, fonts and all other files
)

// Roles that the planner goes by. Role says more of a resource where there is more; see Resource.
const (
	// RoleLive marks a playlist that still changes: warming it would cache what is soon wrong.
	RoleLive = "live"
	// RoleGap marks a segment that the playlist says is missing (EXT-X-GAP, RFC 8216bis section 4.4.4.7).
	RoleGap = "gap"
)
