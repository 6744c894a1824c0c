package sitemap

import "time"

// Kind says what an entry points at.
type Kind string

// The kinds of entry. URL and Sitemap are what a document lists itself; the others are named inside one of those.
const (
	URL       Kind = "url"       // a page of a urlset, a text sitemap or a feed
	Sitemap   Kind = "sitemap"   // a child of an index, or a sitemap that stands in a urlset
	Video     Kind = "video"     // video:content_loc and its segments: a media file or a playlist
	Player    Kind = "player"    // video:player_loc, media:player: a page that embeds the video
	Thumbnail Kind = "thumbnail" // video:thumbnail_loc, media:thumbnail
	Image     Kind = "image"     // image:loc
	Alternate Kind = "alternate" // xhtml:link rel=alternate: the page in another language or for another device
	Enclosure Kind = "enclosure" // RSS enclosure, Atom rel=enclosure, media:content: a media file
)

// Entry is one URL that a sitemap lists, with what is said of it. What is absent is zero.
type Entry struct {
	// Loc is absolute and in urlkey's normal form.
	Loc string
	// Kind says what Loc points at.
	Kind Kind
	// Page is the Loc of the URL entry that a media or alternate entry belongs to. It is empty for URL and Sitemap.
	Page string
	// LastMod is when Loc last changed, in UTC; zero when absent, not understood or in the future.
	LastMod time.Time
	// ChangeFreq is always, hourly, daily, weekly, monthly, yearly or never.
	ChangeFreq string
	// Priority is between 0 and 1.
	Priority float64
	// Title is that of the video, the image, the news article or the feed's item.
	Title string
	// Language is an alternate's hreflang or a news publication's language.
	Language string
	// Type is the media type that a feed declares, such as video/mp4.
	Type string
	// Bytes is the size that a feed declares.
	Bytes int64
	// Duration is how long the video plays.
	Duration time.Duration
	// Published and Expires bound when the video may be watched, or when the article came out.
	Published, Expires time.Time
	// ViewCount is how often the video was watched, by the site's own word.
	ViewCount int64
	// Live is true for a live stream.
	Live bool
}
