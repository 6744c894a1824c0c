package hls

// Steering is a content steering manifest.
type Steering struct {
	// TTL is how long it holds, in seconds.
	TTL int
	// Priority is the order in which pathways are tried.
	Priority []string
	// Clones are pathways that are made of others by other hosts and queries.
	Clones []Clone
}

// Clone is a pathway that is made of another.
type Clone struct {
	BaseID, ID, Host         string
	Params                   map[string]string
	PerVariant, PerRendition map[string]string // stable IDs to URLs
}

// ParseSteering reads a steering manifest.
func ParseSteering(body []byte) (*Steering, error) { return nil, nil }

// ParseAssetList reads the JSON document that an entry of the role asset-list points at, and emits a playlist of the
// role interstitial for each of its assets.
func ParseAssetList(body []byte, base string, emit func(*Entry) bool) (Document, error) {
	return Document{}, nil
}
