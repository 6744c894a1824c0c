package crawler

// queue is a first-in first-out list that gives memory back as it is drained.
type queue[T any] struct {
	items []T
	head  int
}

func (q *queue[T]) len() int { return len(q.items) - q.head }

func (q *queue[T]) push(v T) { q.items = append(q.items, v) }

func (q *queue[T]) pop() (v T, ok bool) {
	if q.len() == 0 {
		return v, false
	}
	v = q.items[q.head]
	var none T
	q.items[q.head] = none
	q.head++
	// Half of it drained: the rest moves to its own array, so that the whole costs O(1) an item.
	if q.head*2 >= len(q.items) {
		q.items = append(make([]T, 0, q.len()), q.items[q.head:]...)
		q.head = 0
	}
	return v, true
}
