package page

import "golang.org/x/net/html"

// ReadTag returns the start tag that z is at as read sees it, its attributes as pairs.
func ReadTag(z *html.Tokenizer) (name string, pairs []string) {
	var a attributes
	name = string(a.read(z))
	for _, at := range a.list {
		pairs = append(pairs, string(at.key), string(at.value))
	}
	return name, pairs
}

// Words tells which words a page has.
func Words(body []byte) (playlist, base, robots bool) {
	has := wordsIn(body)
	return has&playlistWord != 0, has&baseWord != 0, has&robotsWord != 0
}
