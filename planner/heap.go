package planner

// targetHeap is a binary heap with the worst target on top: the one that falls out when a better one comes. It is written
// out, since container/heap's calls through an interface took half of the time of planning.
type targetHeap struct{ targets []Target }

func (h *targetHeap) len() int       { return len(h.targets) }
func (h *targetHeap) worst() *Target { return &h.targets[0] }

func (h *targetHeap) push(t Target) {
	h.targets = append(h.targets, t)
	for i := len(h.targets) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h.targets[parent].before(&h.targets[i]) {
			return
		}
		h.targets[parent], h.targets[i] = h.targets[i], h.targets[parent]
		i = parent
	}
}

// sink puts a changed top where it belongs.
func (h *targetHeap) sink() {
	for i := 0; ; {
		worst := i
		for _, child := range [2]int{2*i + 1, 2*i + 2} {
			if child < len(h.targets) && h.targets[worst].before(&h.targets[child]) {
				worst = child
			}
		}
		if worst == i {
			return
		}
		h.targets[i], h.targets[worst] = h.targets[worst], h.targets[i]
		i = worst
	}
}
