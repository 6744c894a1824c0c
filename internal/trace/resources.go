package trace

import (
	"fmt"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

// Paths of what a title consists of.
func (t *title) page() string                { return "/watch/" + t.name + "/" }
func (t *title) poster() string              { return "/posters/" + t.name + ".jpg" }
func (t *title) master() string              { return "/vod/" + t.name + "/master.m3u8" }
func (t *title) playlist(r rendition) string { return "/vod/" + t.name + "/" + r.name + "/index.m3u8" }
func (t *title) init(r rendition) string     { return "/vod/" + t.name + "/" + r.name + "/init.mp4" }

func (t *title) segment(r rendition, n int) string {
	suffix := "ts"
	if t.fmp4 {
		suffix = "m4s"
	}
	return fmt.Sprintf("/vod/%s/%s/seg-%05d.%s", t.name, r.name, n, suffix)
}

// Sizes of what is no segment, in bytes.
const (
	pageBytes     = 18_000
	posterBytes   = 90_000
	playlistBytes = 3_000
	initBytes     = 1_200
)

func (r rendition) segmentBytes() int64 { return r.bandwidth / 8 * segmentSeconds }

// described is what the multivariant playlist says of a rendition.
func (r rendition) described() *crawler.Rendition {
	return &crawler.Rendition{
		Type: crawler.TypeVideo, Bandwidth: r.bandwidth, Width: r.height * 16 / 9, Height: r.height, Codecs: "avc1.640028,mp4a.40.2",
	}
}

// bytes is the size of all that is published on a day.
func (t *Trace) bytes(day int) int64 {
	sum := int64(0)
	for _, title := range t.titles {
		if title.day > day {
			continue
		}
		for _, r := range ladder {
			sum += int64(title.segments) * r.segmentBytes()
		}
	}
	return sum
}

// resources are what a crawl finds: the sitemap with its pages and playlists by name, and the playlists down to their
// segments.
func (t *Trace) resources(day int) []crawler.Resource {
	site, sitemap := t.Base+"/", t.Base+"/sitemap.xml"
	all := []crawler.Resource{
		{URL: site, Kind: crawler.Site},
		{URL: sitemap, Kind: crawler.Sitemap, Parent: site, Depth: 1},
	}
	for _, title := range t.titles {
		if title.day <= day {
			all = t.listed(all, title, sitemap)
		}
	}
	for _, title := range t.titles {
		if title.day <= day {
			all = t.resolved(all, title)
		}
	}
	return all
}

// listed appends what the sitemap says of a title.
func (t *Trace) listed(all []crawler.Resource, title *title, sitemap string) []crawler.Resource {
	published := t.Start.AddDate(0, 0, title.day).Add(-4 * time.Hour) // the evening before
	for _, r := range []crawler.Resource{
		{URL: title.page(), Kind: crawler.Page},
		{URL: title.poster(), Kind: crawler.Image},
		{URL: title.master(), Kind: crawler.Playlist, Title: t.Base + title.master()},
	} {
		r.URL, r.Parent, r.Depth, r.LastMod = t.Base+r.URL, sitemap, 2, published
		all = append(all, r)
	}
	return all
}

// resolved appends what the playlists of a title list.
func (t *Trace) resolved(all []crawler.Resource, title *title) []crawler.Resource {
	master := t.Base + title.master()
	for _, r := range ladder {
		all = append(all, crawler.Resource{
			URL: t.Base + title.playlist(r), Kind: crawler.Playlist, Role: "variant", Parent: master, Depth: 3,
			Bandwidth: r.bandwidth, Rendition: r.described(), Title: master,
		})
	}
	for _, r := range ladder {
		part := crawler.Resource{
			Parent: t.Base + title.playlist(r), Depth: 4, Bandwidth: r.bandwidth, Rendition: r.described(), Title: master,
		}
		if title.fmp4 {
			part.URL, part.Kind = t.Base+title.init(r), crawler.Init
			all = append(all, part)
		}
		part.Kind, part.Duration, part.Bytes = crawler.Segment, segmentSeconds*time.Second, r.segmentBytes()
		for n := range title.segments {
			part.URL, part.Index, part.Start = t.Base+title.segment(r, n), n, time.Duration(n)*part.Duration
			all = append(all, part)
		}
	}
	return all
}
