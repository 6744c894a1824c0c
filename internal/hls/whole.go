package hls

// FullURL returns where all of a playlist is of which the body is a delta update (EXT-X-SKIP), "" when it is none or its
// URL does not name a delta.
func FullURL(body []byte, base string) string {
	if !hasLine(view(body), "SKIP:") {
		return ""
	}
	doc, err := Parse(body, base, Options{}, func(*Entry) bool { return true })
	if err != nil {
		return ""
	}
	return doc.Full
}

// SteeringURL returns where the content steering manifest of a multivariant playlist is, "" when it names none.
func SteeringURL(body []byte, base string) (url string) {
	if !hasLine(view(body), "CONTENT-STEERING:") {
		return ""
	}
	_, _ = Parse(body, base, Options{}, func(e *Entry) bool {
		if e.Role == RoleSteering {
			url = e.URL
		}
		return url == ""
	})
	return url
}
