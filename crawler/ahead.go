package crawler

// ahead are tasks that wait to be opened, in the order they were found. Memory is told of the first before their turn.
type ahead struct {
	queue[*task]
	told int // how many of the first it knows of
}

// It knows of at most aheadMost, since more at once hardly save any time, and what it reads is meant to be little. It is
// told of aheadLeast at once or more, or of what there is when it knows of none.
const (
	aheadMost  = 256
	aheadLeast = aheadMost / 4
)

// next is the first task, before whose turn Memory is told of those behind it.
func (a *ahead) next(tell func(urls []string)) (*task, bool) {
	if n := min(a.len(), aheadMost); tell != nil && n > 1 && (a.told == 0 || n-a.told >= aheadLeast) {
		tell(a.urls(a.told, n))
		a.told = n
	}
	t, ok := a.pop()
	a.told = max(a.told-1, 0)
	return t, ok
}

// urls are those that Memory is asked for of some of the tasks.
func (a *ahead) urls(from, to int) (urls []string) {
	for _, t := range a.items[a.head+from : a.head+to] {
		if t.recalled() {
			urls = append(urls, t.fetch)
		}
	}
	return urls
}

// recalled reports whether Memory is asked for the document when it is opened.
func (t *task) recalled() bool { return !t.ofSite && !isRobots(t.fetch) }

// tell is how Memory is told of documents ahead, nil where it does not want to know.
func (w *walk) tell() func(urls []string) {
	m, ok := w.crawler.Memory.(ReadAheader)
	if !ok {
		return nil
	}
	return func(urls []string) {
		if len(urls) > 0 {
			m.ReadAhead(w.ctx, urls)
		}
	}
}
