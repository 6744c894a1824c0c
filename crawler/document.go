package crawler

import "encoding/json"

// Document is what Crawler.OnDocument is told of each document when its end was reached. One without a Kind is a word of
// the fetcher about a host.
type Document struct {
	// URL is the document's, as it was listed.
	URL string
	// Kind is playlist, sitemap, page, robots or, for what lists nothing, the kind of the resource.
	Kind string
	// Resources counts what it listed, those that others had listed before included.
	Resources int
	// Warnings say what was wrong in it and was read all the same; at most 100 of them.
	Warnings []Warning
	// Err is why it could not be opened, or not to its end. ErrDisallowed is no fault of the document.
	Err error
}

// Warning is one fault at one place of a document that could be read all the same.
type Warning struct {
	// Line counts from 1; 0 where lines mean nothing.
	Line int `json:"line,omitempty"`
	// Byte is the offset in the decoded document.
	Byte int64 `json:"byte,omitempty"`
	// Text says what is wrong and what was done about it.
	Text string `json:"text"`
}

// MarshalJSON writes the fields in lower case, with the error as its text.
func (d Document) MarshalJSON() ([]byte, error) {
	text := ""
	if d.Err != nil {
		text = d.Err.Error()
	}
	warnings := d.Warnings
	if warnings == nil {
		warnings = []Warning{}
	}
	return json.Marshal(struct {
		URL       string    `json:"url"`
		Kind      string    `json:"kind"`
		Resources int       `json:"resources"`
		Warnings  []Warning `json:"warnings"`
		Error     string    `json:"error,omitempty"`
	}{d.URL, d.Kind, d.Resources, warnings, text})
}
