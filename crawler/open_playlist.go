package crawler

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/edgewarm/edgewarm/internal/hls"
)

// bodies holds the buffers that playlists are read into: whole, so that one that was cut short is known before anything
// of it is listed.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readPlaylist lists what a playlist's players would request.
func (o *opener) readPlaylist(t *task, r io.Reader, base string, l *lister) error {
	body := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(body)
	body.Reset()
	n, err := body.ReadFrom(io.LimitReader(r, maxPlaylist+1))
	if err != nil {
		return o.fault(t, err)
	}
	if n > maxPlaylist {
		return o.fault(t, fmt.Errorf("the playlist is larger than %d MiB", maxPlaylist>>20))
	}
	return o.listPlaylist(t, body.Bytes(), base, l)
}

func (o *opener) listPlaylist(t *task, body []byte, base string, l *lister) error {
	t.Kind = Playlist
	if t.Title == "" {
		t.Title = t.URL
	}
	if hls.IsLive(body) {
		t.Role = RoleLive
	}
	doc, err := hls.Parse(body, base, o.playlistOptions(t), func(e *hls.Entry) bool {
		if e.Role == hls.RoleDRM {
			return true // skd: and the like are no URLs that a cache could hold
		}
		i := l.next()
		i.URL, i.Kind, i.Role = e.URL, Kind(e.Kind), e.Role
		i.Start, i.Duration, i.Bytes, i.Bandwidth = e.Start, e.Duration, e.Bytes, e.Bandwidth
		if i.Bandwidth == 0 {
			i.Bandwidth = t.Bandwidth
		}
		return l.add(i)
	})
	t.exported = doc.Defines
	t.doc.Warnings = warnings(doc.Warnings)
	return err
}

func (o *opener) playlistOptions(t *task) hls.Options {
	c := o.crawler
	r := c.Renditions
	options := hls.Options{
		Start:     c.Start,
		Imports:   t.defines,
		Bandwidth: t.Bandwidth,
		Collapse:  !o.inspecting,
		Selection: hls.Selection{
			MinHeight: r.MinHeight, MaxHeight: r.MaxHeight,
			MinBandwidth: r.MinBandwidth, MaxBandwidth: r.MaxBandwidth,
			Codecs: r.Codecs, Languages: r.Languages,
			Best: r.Best, Worst: r.Worst, NoIFrames: r.NoIFrames,
		},
	}
	if c.SkipLive {
		options.Live = hls.LiveSkip
	}
	return options
}
