package hls

import (
	"strings"
	"time"
)

// breaks knows whether the segments at hand belong to an ad break, from the cues that packagers write. A break ends by
// its own tag, or when the time that was announced for it has passed.
type breaks struct {
	inside bool
	timed  bool
	left   time.Duration
}

func (b *breaks) on() bool { return b.inside }

// begin opens a break; a length of 0 means that none was announced.
func (b *breaks) begin(length time.Duration) {
	*b = breaks{inside: true, timed: length > 0, left: length}
}

func (b *breaks) end() { *b = breaks{} }

// pass takes the time of one segment off the break. A tenth of a second is left over where cues are cut to whole frames.
func (b *breaks) pass(d time.Duration) {
	if b.left -= d; b.timed && b.left < 100*time.Millisecond {
		b.end()
	}
}

// tag takes the cue tags: EXT-X-CUE-OUT[:30|:DURATION=30], EXT-X-CUE-OUT-CONT:8/30, EXT-X-CUE-IN, and SCTE-35 in
// EXT-X-SCTE35 or EXT-SCTE35 with CUE-OUT and CUE-IN.
func (b *breaks) tag(name, value string) {
	switch name {
	case "#EXT-X-CUE-OUT":
		b.begin(cueLength(value))
	case "#EXT-X-CUE-OUT-CONT":
		if !b.inside {
			b.begin(remaining(value))
		}
	case "#EXT-X-CUE-IN":
		b.end()
	case "#EXT-X-SCTE35", "#EXT-SCTE35":
		for a := (attributes{rest: value}); a.next(); {
			switch {
			case a.name == "CUE-OUT" && a.value == "YES", a.name == "CUE-OUT" && a.value == "CONT" && !b.inside:
				b.begin(0)
			case a.name == "CUE-IN" && a.value == "YES", a.name == "CUE-OUT" && a.value == "NO":
				b.end()
			}
		}
	}
}

// cueLength reads "30", "DURATION=30" or "Duration=30,…".
func cueLength(value string) time.Duration {
	if d, n := seconds(trim(value)); n > 0 {
		return max(0, d)
	}
	for a := (attributes{rest: value}); a.next(); {
		if strings.EqualFold(a.name, "DURATION") {
			d, _ := seconds(a.value)
			return max(0, d)
		}
	}
	return 0
}

// remaining reads "8/30" or "ElapsedTime=8,Duration=30".
func remaining(value string) time.Duration {
	if elapsed, total, ok := strings.Cut(value, "/"); ok {
		e, _ := seconds(trim(elapsed))
		t, _ := seconds(trim(total))
		return max(0, t-e)
	}
	var elapsed, total time.Duration
	for a := (attributes{rest: value}); a.next(); {
		switch {
		case strings.EqualFold(a.name, "ElapsedTime"):
			elapsed, _ = seconds(a.value)
		case strings.EqualFold(a.name, "Duration"):
			total, _ = seconds(a.value)
		}
	}
	return max(0, total-elapsed)
}
