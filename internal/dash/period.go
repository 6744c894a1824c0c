package dash

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// stream is a representation with all that it inherits.
type stream struct {
	rep    *representation
	base   *urlkey.Base
	where  addressing
	start  time.Duration // of its period
	length time.Duration // of its period, 0 when unknown
	entry  hls.Entry     // what its segments have in common
}

// period emits the representations of a period that are wanted.
func (r *reader) period(p *period, b *urlkey.Base, start, length time.Duration) {
	b = r.descend(b, p.BaseURL)
	var streams []stream
	var playlists []hls.Entry
	for i := range p.Sets {
		set := &p.Sets[i]
		setBase := r.descend(b, set.BaseURL)
		where := set.addressing.inherit(p.addressing)
		for j := range set.Reps {
			rep := &set.Reps[j]
			s := stream{
				rep: rep, base: r.descend(setBase, rep.BaseURL), where: rep.addressing.inherit(where),
				start: start, length: length, entry: describe(set, rep),
			}
			e := s.entry
			e.URL = strconv.Itoa(i) + "/" + strconv.Itoa(j) // tells them apart where URLs do for playlists
			streams, playlists = append(streams, s), append(playlists, e)
		}
	}
	r.o.Choose(playlists)
	for i := range streams {
		s := &streams[i]
		if s.entry.Role = ""; playlists[i].Excluded == "" && s.base != nil && !r.stopped {
			r.stream(s)
		}
	}
}

// describe says what the segments of a representation are, with the role that its playlist would have.
func describe(set *adaptationSet, rep *representation) hls.Entry {
	mime := cmp.Or(rep.MimeType, set.MimeType)
	kind, _, _ := strings.Cut(cmp.Or(set.ContentType, mime), "/")
	e := hls.Entry{
		Kind: hls.Segment, Role: hls.RoleVariant, Type: "VIDEO", Name: rep.ID, Language: set.Lang,
		Codecs: cmp.Or(rep.Codecs, set.Codecs), Bandwidth: max(0, rep.Bandwidth), AverageBandwidth: max(0, rep.Bandwidth),
		Width: max(0, cmp.Or(rep.Width, set.Width)), Height: max(0, cmp.Or(rep.Height, set.Height)),
		FrameRate: frameRate(cmp.Or(rep.FrameRate, set.FrameRate)),
	}
	for _, d := range set.Roles {
		e.Default = e.Default || d.Value == "main"
	}
	switch {
	case kind == "audio":
		e.Role, e.Type = hls.RoleRendition, "AUDIO"
	case kind == "text" || strings.Contains(mime, "ttml") || strings.HasPrefix(e.Codecs, "stpp") || strings.HasPrefix(e.Codecs, "wvtt"):
		e.Role, e.Type = hls.RoleRendition, "SUBTITLES"
	case kind == "image":
		e.Kind, e.Role, e.Type = hls.Image, hls.RoleImage, hls.TypeImage
	case isTrickMode(set.Essential) || isTrickMode(rep.Essential):
		e.Role, e.Type = hls.RoleIFrame, hls.TypeIFrame
	}
	return e
}

func isTrickMode(properties []descriptor) bool {
	for _, d := range properties {
		if strings.HasSuffix(d.Scheme, "guidelines/trickmode") {
			return true
		}
	}
	return false
}

// frameRate reads 25 or 30000/1001.
func frameRate(s string) float64 {
	num, den, has := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(num, 64)
	if err != nil || !(n >= 0) {
		return 0
	}
	if d, err := strconv.ParseFloat(den, 64); has && err == nil && d > 0 {
		n /= d
	}
	return n
}
