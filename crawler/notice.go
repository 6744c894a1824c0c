package crawler

import "sync"

// notices are what fetching has to say of hosts: one that was slowed down, a header that was withheld, a robots.txt that
// is not as it should be. Workers leave them here, the walk reports them on its own goroutine.
type notices struct {
	mu      sync.Mutex
	waiting []Document
}

// maxNotices bounds those that wait. What is past it is not worth a line.
const maxNotices = 1000

func (n *notices) add(url, text string) {
	n.tell(Document{URL: url, Warnings: []Warning{{Text: text}}})
}

func (n *notices) tell(d Document) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.waiting) < maxNotices {
		n.waiting = append(n.waiting, d)
	}
}

func (n *notices) take() []Document {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := n.waiting
	n.waiting = nil
	return out
}
