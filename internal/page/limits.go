package page

// Limits of what is read out of one page. Going over one is a warning of the Document.
const (
	// MaxLinks is how many different links of one page are emitted: as many as a sitemap may have.
	MaxLinks = 50_000
	// maxAttributes is how many attributes of one tag are read; real ones have under a hundred.
	maxAttributes = 1000
	// maxNesting is how deep documents inside of attributes (srcdoc in srcdoc) are read.
	maxNesting = 3
	// maxJSONDepth is how deep a JSON document is followed; JSON-LD in use stays under 20.
	maxJSONDepth = 256
	// maxPlaylistURL bounds how far from ".m3u8" its URL is searched for, on either side: signed URLs stay under 2 KiB.
	maxPlaylistURL = 4 << 10
	// maxPlaylistPlaces is how often ".m3u8" is looked at in scripts and attributes: state of catalogues has hundreds.
	maxPlaylistPlaces = 20_000
	// maxTitle bounds the title in bytes: it is shown to people only.
	maxTitle = 300
	// maxHeaderLinks is how many links the Link headers of one answer may hold.
	maxHeaderLinks = 1000
)
