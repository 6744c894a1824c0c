package warm

import (
	"encoding/binary"
	"errors"
	"hash/maphash"
	"iter"
	"path"
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
)

// maxPile bounds the memory for the URLs of files, of which a listing in its order takes some 20 bytes each.
const maxPile = 512 << 20

// errPile is told of sources past that bound.
var errPile = &HintError{errors.New("the sources name more files than 512 MiB hold: the rest is left out"),
	"narrow them by prefix, crawl.include or crawl.exclude"}

// pile holds the URLs of files that sources name, until it is known what the crawl has yielded of them. A URL is written
// as how many bytes it has in common with the one before, and the rest: in a listing most of it is in common. Of each
// there is a 64-bit hash, which tells whether it was yielded; by the birthday bound, two of 10 million URLs have the same
// with a chance of 1 in 370,000.
type pile struct {
	seed   maphash.Seed
	blocks [][]byte
	last   string
	size   int
	done   map[uint64]bool
}

// blockSize is the memory that a pile grows by. A block begins with a whole URL.
const blockSize = 256 << 10

func newPile() *pile { return &pile{seed: maphash.MakeSeed(), done: map[uint64]bool{}} }

func (p *pile) len() int { return len(p.done) }

// add takes a URL, once.
func (p *pile) add(url string) error {
	hash := maphash.String(p.seed, url)
	if _, there := p.done[hash]; there {
		return nil
	}
	need := len(url) + 2*binary.MaxVarintLen32
	if n := len(p.blocks); n == 0 || len(p.blocks[n-1])+need > blockSize {
		if p.size+blockSize > maxPile {
			return errPile
		}
		p.blocks, p.last = append(p.blocks, make([]byte, 0, blockSize)), ""
		p.size += blockSize
	}
	p.done[hash] = false
	common := 0
	for common < min(len(url), len(p.last)) && url[common] == p.last[common] {
		common++
	}
	block := &p.blocks[len(p.blocks)-1]
	*block = binary.AppendUvarint(*block, uint64(common))
	*block = binary.AppendUvarint(*block, uint64(len(url)-common))
	*block = append(*block, url[common:]...)
	p.last = url
	return nil
}

// all are the URLs in the order they were added.
func (p *pile) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		var url []byte
		for _, block := range p.blocks {
			for len(block) > 0 {
				common, n := binary.Uvarint(block)
				block = block[n:]
				size, n := binary.Uvarint(block)
				url = append(url[:common], block[n:n+int(size)]...)
				block = block[n+int(size):]
				if !yield(string(url)) {
					return
				}
			}
		}
	}
}

// yielded notes that the crawl is about to yield a URL, and reports whether it was yielded before.
func (p *pile) yielded(url string) bool {
	if len(p.done) == 0 {
		return false
	}
	hash := maphash.String(p.seed, url)
	before, there := p.done[hash]
	if there && !before {
		p.done[hash] = true
	}
	return before
}

// each yields the resources of the URLs that were not yielded yet and that choose takes. It reports whether to go on.
func (p *pile) each(yield func(crawler.Resource, error) bool, choose func(url string) bool) bool {
	for url := range p.all() {
		if !choose(url) || p.yielded(url) {
			continue
		}
		if !yield(resourceOf(url), nil) { // also a document past maxSeeds
			return false
		}
	}
	return true
}

// mayList reports whether a file of the kind asset may be a sitemap or list all the same.
func mayList(url string) bool {
	url, _, _ = strings.Cut(url, "?")
	switch strings.ToLower(path.Ext(url)) {
	case ".txt", ".gz", ".zst", ".bz2":
		return true
	}
	return false
}
