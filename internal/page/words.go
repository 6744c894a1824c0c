package page

// words are those that a page has somewhere, in any case, and that make it worth a closer look.
type words uint8

const (
	playlistWord words = 1 << iota // m3u8 or .mpd
	baseWord                       // <base
	robotsWord
)

const allWords = playlistWord | baseWord | robotsWord

// rare are the letters by which the words are found, each of which is rarer in pages than the first one of its word: the 3
// and the p are the second and third of "m3u8" and ".mpd".
var rare = [256]bool{'3': true, 'p': true, 'P': true, '<': true, 'b': true, 'B': true}

// wordsIn looks for all words at once: a search for each spelling of each would take as long as reading the tags.
func wordsIn(body []byte) (found words) {
	for i, c := range body {
		if !rare[c] {
			continue
		}
		switch c {
		case '3':
			if has(body, i-1, "m3u8") {
				found |= playlistWord
			}
		case 'p', 'P':
			if has(body, i-2, ".mpd") {
				found |= playlistWord
			}
		case '<':
			if has(body, i, "<base") {
				found |= baseWord
			}
		default:
			if has(body, i-2, "robots") {
				found |= robotsWord
			}
		}
		if found == allWords {
			break
		}
	}
	return found
}

// has tells whether word, which is in lower case, stands in body at i.
func has(body []byte, i int, word string) bool {
	if i < 0 || len(body)-i < len(word) {
		return false
	}
	for j := range len(word) {
		if lower(body[i+j]) != word[j] {
			return false
		}
	}
	return true
}
