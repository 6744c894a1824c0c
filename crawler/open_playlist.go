package crawler

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/edgewarm/edgewarm/internal/dash"
	"github.com/edgewarm/edgewarm/internal/hls"
)

// bodies holds the buffers that playlists are read into: whole, so that one that was cut short is known before anything
// of it is listed.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled keeps the buffer of a rare huge playlist from staying.
const maxPooled = 1 << 20

// readPlaylist lists what a playlist's players would request.
func (o *opener) readPlaylist(ctx context.Context, t *task, r io.Reader, base string, l *lister) error {
	body := bodies.Get().(*bytes.Buffer)
	defer func() {
		if body.Cap() <= maxPooled {
			bodies.Put(body)
		}
	}()
	if err := o.whole(t, body, r, maxPlaylist); err != nil {
		return err
	}
	options := o.playlistOptions(t)
	if full := hls.FullURL(body.Bytes(), base); full != "" && !o.inspecting {
		// A delta update lists only what is new (RFC 8216bis section 4.4.5.2).
		if err := o.refetch(ctx, t, full, body); err != nil {
			return err
		}
		base = full
		l.record.joint()
	}
	if !o.inspecting {
		options.Steering = o.steering(ctx, t, body.Bytes(), base, l)
	}
	return o.listPlaylist(t, body.Bytes(), base, options, l)
}

// whole reads a body that must be complete before anything of it is listed.
func (o *opener) whole(t *task, body *bytes.Buffer, r io.Reader, limit int64) error {
	body.Reset()
	n, err := body.ReadFrom(io.LimitReader(r, limit+1))
	if err != nil {
		return o.fault(t, err)
	}
	if n > limit {
		return o.fault(t, fmt.Errorf("the document is larger than %d MiB", limit>>20))
	}
	return nil
}

func (o *opener) refetch(ctx context.Context, t *task, url string, body *bytes.Buffer) error {
	if err := o.allowed(ctx, url); err != nil {
		return err
	}
	resp, err := o.client.Get(ctx, url, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return o.whole(t, body, resp.Body, maxPlaylist)
}

func (o *opener) listPlaylist(t *task, body []byte, base string, options hls.Options, l *lister) error {
	t.Kind = Playlist
	if t.Title == "" {
		t.Title = t.URL
	}
	if isLive(body) {
		t.Role = RoleLive
	}
	parse := hls.Parse
	if dash.Sniff(body) {
		parse = dash.Parse
	}
	renditions := renditions{inherited: t.Rendition}
	l.segments = Resource{Kind: Segment, Bandwidth: t.Bandwidth, Title: t.Title, Rendition: t.Rendition}
	doc, err := parse(body, base, options, func(e *hls.Entry) bool {
		if e.Kind == hls.Segment && e.Role == "" && e.Type == "" && !e.Ad {
			s := l.nextSegment()
			s.url, s.start, s.duration, s.bytes, s.index = e.URL, e.Start, e.Duration, e.Bytes, int32(e.Index)
			return l.addSegment(s)
		}
		if e.Role == hls.RoleDRM && !o.inspecting {
			return true // skd: and the like are no URLs that a cache could hold
		}
		i := l.next()
		i.URL, i.Kind, i.Role = e.URL, Kind(e.Kind), e.Role
		i.Index, i.Start, i.Duration, i.Bytes = e.Index, e.Start, e.Duration, e.Bytes
		i.Bandwidth = cmp.Or(e.Bandwidth, t.Bandwidth)
		i.Rendition, i.Ad = renditions.of(e), e.Ad
		return l.add(i)
	})
	t.exported = doc.Defines
	t.doc.Warnings = append(t.doc.Warnings, warnings(doc.Warnings)...)
	return err
}

func isLive(body []byte) bool {
	if dash.Sniff(body) {
		return dash.IsLive(body)
	}
	return hls.IsLive(body)
}

func (o *opener) playlistOptions(t *task) hls.Options {
	c := o.crawler
	r := c.Renditions
	return hls.Options{
		From:      c.From,
		Start:     c.Start,
		Imports:   t.defines,
		Bandwidth: cmp.Or(t.Rendition.average(), t.Bandwidth),
		Query:     hls.Query(c.Query),
		Collapse:  !o.inspecting,
		Live:      live(c.LiveSegments),
		LiveLast:  max(c.LiveSegments, 0),
		Selection: hls.Selection{
			MinHeight: r.MinHeight, MaxHeight: r.MaxHeight,
			MinBandwidth: r.MinBandwidth, MaxBandwidth: r.MaxBandwidth,
			Codecs: r.Codecs, Languages: r.Languages,
			Best: r.Best, Worst: r.Worst, DefaultOnly: r.Default, NoIFrames: r.NoIFrames,
		},
	}
}

func live(segments int) hls.Live {
	switch {
	case segments > 0:
		return hls.LiveLastN
	case segments < 0:
		return hls.LiveSkip
	}
	return hls.LiveWindow
}

// maxManifest bounds the JSON documents that playlists point at; real ones have a few kilobytes.
const maxManifest = 1 << 20

// steering fetches the content steering manifest that a multivariant playlist names, whose pathway clones are variants
// too. That it can't be had is a warning: players go on without it.
func (o *opener) steering(ctx context.Context, t *task, body []byte, base string, l *lister) *hls.Steering {
	url := hls.SteeringURL(body, base)
	if url == "" {
		return nil
	}
	l.record.joint()
	manifest, err := o.fetchManifest(ctx, t, url)
	if err == nil {
		var s *hls.Steering
		if s, err = hls.ParseSteering(manifest); err == nil {
			return s
		}
	}
	l.record.fault()
	t.doc.Warnings = append(t.doc.Warnings, Warning{Text: "content steering: " + err.Error()})
	return nil
}

func (o *opener) fetchManifest(ctx context.Context, t *task, url string) ([]byte, error) {
	if err := o.allowed(ctx, url); err != nil {
		return nil, err
	}
	resp, err := o.client.Get(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	err = o.whole(t, &body, resp.Body, maxManifest)
	return body.Bytes(), err
}

// readAssetList lists the interstitials that an X-ASSET-LIST names (RFC 8216bis appendix D.2).
func (o *opener) readAssetList(t *task, r io.Reader, base string, l *lister) error {
	var body bytes.Buffer
	if err := o.whole(t, &body, r, maxManifest); err != nil {
		return err
	}
	doc, err := hls.ParseAssetList(body.Bytes(), base, func(e *hls.Entry) bool {
		i := l.next()
		i.URL, i.Kind, i.Role, i.Duration = e.URL, Kind(e.Kind), e.Role, e.Duration
		return l.add(i)
	})
	t.doc.Warnings = warnings(doc.Warnings)
	return err
}
