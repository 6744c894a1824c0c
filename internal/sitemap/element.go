package sitemap

// element is a name that means something, whatever its prefix.
type element uint8

const (
	elemUnknown element = iota

	// What a document begins with.
	elemURLSet
	elemIndex
	elemRSS
	elemRDF
	elemChannel
	elemFeed
	elemHTML
	lastRoot

	// What an entry begins with.
	elemURL
	elemSitemap
	elemItem
	elemEntry
	lastEntry

	// Parts of an entry that have parts.
	elemVideo
	elemImage
	elemNews
	lastPart

	// Fields of sitemaps.
	elemLoc
	elemLastMod
	elemChangeFreq
	elemPriority
	elemContentLoc
	elemSegmentLoc
	elemPlayerLoc
	elemThumbnailLoc
	elemDuration
	elemPublicationDate
	elemExpirationDate
	elemViewCount
	elemLive
	elemLanguage

	// Fields of feeds.
	elemLink
	elemTitle
	elemGUID
	elemID
	elemPubDate
	elemDate
	elemUpdated
	elemPublished
	elemEnclosure
	elemContent
	elemThumbnail
	elemPlayer
	elemSubtitle
	elemProse
	numElements
)

// names are the local names, in the form that most documents use.
var names = [numElements]string{
	elemURLSet: "urlset", elemIndex: "sitemapindex", elemRSS: "rss", elemRDF: "RDF", elemChannel: "channel",
	elemFeed: "feed", elemHTML: "html",
	elemURL: "url", elemSitemap: "sitemap", elemItem: "item", elemEntry: "entry",
	elemVideo: "video", elemImage: "image", elemNews: "news",
	elemLoc: "loc", elemLastMod: "lastmod", elemChangeFreq: "changefreq", elemPriority: "priority",
	elemContentLoc: "content_loc", elemSegmentLoc: "content_segment_loc", elemPlayerLoc: "player_loc",
	elemThumbnailLoc: "thumbnail_loc", elemDuration: "duration", elemPublicationDate: "publication_date",
	elemExpirationDate: "expiration_date", elemViewCount: "view_count", elemLive: "live", elemLanguage: "language",
	elemLink: "link", elemTitle: "title", elemGUID: "guid", elemID: "id", elemPubDate: "pubDate", elemDate: "date",
	elemUpdated: "updated", elemPublished: "published", elemEnclosure: "enclosure", elemContent: "content",
	elemThumbnail: "thumbnail", elemPlayer: "player", elemSubtitle: "subTitle", elemProse: "description",
}

// others are further spellings: Atom 0.3, Dublin Core, and names of the same use.
var others = map[string]element{
	"head": elemHTML, "body": elemHTML,
	"modified": elemUpdated, "issued": elemPublished, "created": elemPublished,
	"embed": elemPlayer, "summary": elemProse, "encoded": elemProse,
	"source": elemProse, // what another feed says of itself
}

// byName has each name as written and in lower case, since some write tags in capitals.
var byName = func() map[string]element {
	all := make(map[string]element)
	for e, name := range names {
		if name != "" {
			all[name] = element(e)
			all[lower(name)] = element(e)
		}
	}
	for name, e := range others {
		all[name] = e
	}
	return all
}()

// longestName bounds what is looked up.
const longestName = len("content_segment_loc")

// elementOf looks up a local name. What a urlset is made of is told without a map.
func elementOf(name []byte) element {
	switch len(name) {
	case 3:
		switch string(name) {
		case "url":
			return elemURL
		case "loc":
			return elemLoc
		}
	case 4:
		if string(name) == "link" {
			return elemLink
		}
	case 7:
		if string(name) == "lastmod" {
			return elemLastMod
		}
	case 8:
		if string(name) == "priority" {
			return elemPriority
		}
	case 10:
		if string(name) == "changefreq" {
			return elemChangeFreq
		}
	}
	if len(name) > longestName {
		return elemUnknown
	}
	if e, ok := byName[string(name)]; ok {
		return e
	}
	var small [longestName]byte
	for i, c := range name {
		small[i] = lowerByte(c)
	}
	return byName[string(small[:len(name)])]
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}
