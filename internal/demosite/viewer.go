package demosite

import (
	"time"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

// The habits of viewers, as shares.
const (
	fromPage   = 0.6  // come by the page of the title; the others' player knows the playlist
	otherAudio = 0.2  // take the second language
	subtitled  = 0.4  // have subtitles on
	scrub      = 0.08 // drag along the time line, which asks for I-frames
	switching  = 0.06 // change the rendition after a segment
)

var patience = crowd.Patience{First: 0.22, Each: 0.09}

// watch is a viewer of one title, until he leaves.
func (c *visitors) watch(at time.Time) {
	who, t := crowd.Person(c.random), c.pick()
	here := c.base + t.Page
	if c.random.Float64() < fromPage {
		c.open(who, at, t.Page, "")
		at = at.Add(time.Duration(2+c.random.IntN(9)) * time.Second)
	}
	c.ask(who, at, t.Playlist, here)
	master := playlists()[t.Playlist]
	if len(master.variants) == 0 {
		c.play(who, at, []playlist{master}, nil, here)
		return
	}
	var ladder, beside []playlist
	for _, p := range master.variants {
		ladder = append(ladder, playlists()[p])
	}
	if len(master.audio) > 0 {
		language := 0
		if c.random.Float64() < otherAudio {
			language = len(master.audio) - 1
		}
		beside = append(beside, playlists()[master.audio[language]])
	}
	if len(master.subtitles) > 0 && c.random.Float64() < subtitled {
		beside = append(beside, playlists()[master.subtitles[0]])
	}
	for _, p := range beside {
		c.begin(who, at, p, here)
	}
	if len(master.iframes) > 0 && c.random.Float64() < scrub {
		c.drag(who, at, playlists()[master.iframes[0]], here)
	}
	level := c.level(who, len(ladder))
	c.begin(who, at, ladder[level], here)
	ladder[0], ladder[level] = ladder[level], ladder[0]
	c.play(who, at, ladder, beside, here)
}

// level is the rendition that a player starts with: the best is first in the playlist.
func (c *visitors) level(who *crowd.Client, levels int) int {
	if who.Mobile || c.random.IntN(4) == 0 {
		return levels - 1 - c.random.IntN(min(2, levels))
	}
	return 0
}

// begin asks for a media playlist and its init section.
func (c *visitors) begin(who *crowd.Client, at time.Time, p playlist, referer string) {
	c.ask(who, at, p.path, referer)
	for _, init := range p.init {
		c.fetch(who, at, init, referer)
	}
}

// play asks for segment after segment of the first of the ladder, and of what belongs beside it.
func (c *visitors) play(who *crowd.Client, at time.Time, ladder, beside []playlist, referer string) {
	now := ladder[0]
	for i := 0; i < len(now.parts); i++ {
		c.fetch(who, at, now.parts[i], referer)
		for _, b := range beside {
			if i < len(b.parts) {
				c.fetch(who, at, b.parts[i], referer)
			}
		}
		at = at.Add(time.Duration(now.seconds * float64(time.Second)))
		if patience.Leaves(c.random, i) {
			return
		}
		if len(ladder) > 1 && c.random.Float64() < switching {
			now = ladder[c.random.IntN(len(ladder))]
			c.begin(who, at, now, referer)
		}
	}
}

// drag asks for a few I-frames.
func (c *visitors) drag(who *crowd.Client, at time.Time, frames playlist, referer string) {
	c.ask(who, at, frames.path, referer)
	for range 3 {
		c.fetch(who, at, frames.parts[c.random.IntN(len(frames.parts))], referer)
	}
}
