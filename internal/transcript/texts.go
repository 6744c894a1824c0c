package transcript

import "encoding/binary"

// tally is what a list of texts holds.
type tally int

// add counts a text, and reports whether the list begins anew with it.
func (t *tally) add(text []byte) (anew bool) {
	cost := tally(len(text) + wordCost)
	if *t += cost; *t <= maxWords {
		return false
	}
	*t = cost
	return true
}

// words gives texts their numbers.
type words struct {
	numbers map[string]uint64
	tally   tally
}

func newWords() *words { return &words{numbers: map[string]uint64{}} }

// put appends the number of a text, or the text where it is new.
func (w *words) put(b, text []byte) []byte {
	if n, ok := w.numbers[string(text)]; ok {
		return binary.AppendUvarint(b, n)
	}
	if w.tally.add(text) {
		clear(w.numbers)
	}
	w.numbers[string(text)] = uint64(len(w.numbers)) + 1
	return append(binary.AppendUvarint(append(b, 0), uint64(len(text))), text...)
}

// list is a list of texts, as words numbers them.
type list struct {
	texts [][]byte
	tally tally
	// block is where the bytes of the next texts go.
	block []byte
}

// next reads a number or a new text, which is valid as long as the list has it.
func (l *list) next(f *fields) []byte {
	n := f.uvarint()
	if n == 0 {
		return l.add(f.bytes(f.uvarint()))
	}
	if n > uint64(len(l.texts)) {
		f.fail()
		return nil
	}
	return l.texts[n-1]
}

// add copies a text out of the frame.
func (l *list) add(text []byte) []byte {
	if l.tally.add(text) {
		l.texts, l.block = l.texts[:0], nil
	}
	if cap(l.block)-len(l.block) < len(text) {
		l.block = make([]byte, 0, max(frameSize, len(text)))
	}
	from := len(l.block)
	l.block = append(l.block, text...)
	text = l.block[from:len(l.block):len(l.block)]
	l.texts = append(l.texts, text)
	return text
}
