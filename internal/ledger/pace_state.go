package ledger

import (
	"encoding/binary"
	"time"
)

const (
	// paceSlot is when the call was let go and when it was answered, in nanoseconds since 1970, and whose it is.
	paceSlot = 24
	// paceTransit is how long a call that is not answered may still be on its way to the server.
	paceTransit = 5 * time.Second
	// paceSlack is added to the second, for clocks that run at different speeds.
	paceSlack = 5 * time.Millisecond
	// paceLead is how long before a slot may be free it is asked for, so that the answer is there in time.
	paceLead = 100 * time.Millisecond
	// paceSetBack is how far ahead of now no call is let go, so that a clock was set back that is.
	paceSetBack = 3 * time.Second
)

// window is the state of a Strict pace: a slot for each call of a second, which is free again a second after the call was
// answered. A call arrives between being let go and its answer, so that no second at the server holds more of them. A
// slot whose process was killed is free after some seconds.
type window struct{ slots []byte }

// slot is one call's.
type slot struct {
	released, answered int64
	id                 uint64
}

func (w window) slot(place int) slot {
	at := w.slots[place*paceSlot:]
	return slot{
		int64(binary.LittleEndian.Uint64(at)), int64(binary.LittleEndian.Uint64(at[8:])), binary.LittleEndian.Uint64(at[16:]),
	}
}

func (w window) put(place int, s slot) {
	at := w.slots[place*paceSlot:]
	binary.LittleEndian.PutUint64(at, uint64(s.released))
	binary.LittleEndian.PutUint64(at[8:], uint64(s.answered))
	binary.LittleEndian.PutUint64(at[16:], s.id)
}

// free is when the slot is free, and the soonest that it could be while that is not known.
func (s slot) free(now time.Time) (at time.Time, known bool) {
	released := time.Unix(0, s.released)
	if s.released == 0 || released.After(now.Add(paceSetBack)) {
		return now, true
	}
	const stays = time.Second + paceSlack
	if s.answered != 0 {
		return time.Unix(0, s.answered).Add(stays), true
	}
	if lost := released.Add(paceTransit); now.After(lost) {
		return lost.Add(stays), true
	}
	return later(released, now).Add(stays), false
}

// take gives the call the slot that is free first, from when it is. When that is not known, since a call is not answered,
// it gives none and says when to ask again.
func (w window) take(now time.Time, id uint64, limit Limit) (after []byte, g grant, again time.Time) {
	slots := max(int(limit.Rate), 1)
	w.slots = grown(w.slots, slots*paceSlot)
	first, known := now, false
	for place := range slots {
		at, sure := w.slot(place).free(now)
		if place == 0 || at.Before(first) {
			g.place, first, known = place, at, sure
		}
	}
	if !known {
		return w.slots, grant{}, first.Add(-paceLead)
	}
	g.at = later(first, now)
	w.put(g.place, slot{released: g.at.UnixNano(), id: id})
	return w.slots, g, time.Time{}
}

// answer notes when the call was answered.
func (w window) answer(place int, id uint64, at time.Time) []byte {
	if (place+1)*paceSlot <= len(w.slots) {
		if s := w.slot(place); s.id == id {
			s.answered = at.UnixNano()
			w.put(place, s)
		}
	}
	return w.slots
}

// meter is the state of any other pace: when a call could go if each took its share of a second, by the generic cell rate
// algorithm (ITU-T I.371).
type meter struct{ due []byte }

// maxDue bounds how far ahead a call may be due: what is further was written before the clock was set back.
const maxDue = time.Hour

// at is when the next call is due, now at the soonest.
func (m meter) at(now time.Time) time.Time {
	at := time.Unix(0, int64(binary.LittleEndian.Uint64(grown(m.due, 8))))
	if at.After(now.Add(maxDue)) {
		return now
	}
	return later(at, now)
}

func (m meter) put(at time.Time) []byte {
	return binary.LittleEndian.AppendUint64(nil, uint64(at.UnixNano()))
}

// take gives the next call its time, unless that is too far ahead: then it says when to ask again.
func (m meter) take(now time.Time, limit Limit) (after []byte, at, again time.Time) {
	due := m.at(now)
	at = later(due.Add(-limit.leeway()), now)
	if at.After(now.Add(paceAhead)) {
		return m.due, time.Time{}, at.Add(-paceAhead)
	}
	return m.put(due.Add(limit.interval())), at, time.Time{}
}

// interval is a call's share of a second.
func (l Limit) interval() time.Duration { return time.Duration(float64(time.Second) / l.Rate) }

// leeway is how much before it is due a call may go.
func (l Limit) leeway() time.Duration { return time.Duration(max(l.Burst, 1)-1) * l.interval() }

// grown is the state with n bytes at least.
func grown(state []byte, n int) []byte { return append(state, make([]byte, max(n-len(state), 0))...) }
