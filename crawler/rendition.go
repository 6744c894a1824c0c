package crawler

import (
	"strings"

	"github.com/edgewarm/edgewarm/internal/hls"
)

// Rendition is one stream of a title, as a multivariant playlist (RFC 8216 section 4.3.4) or a DASH manifest describes it.
// What is not said is zero. All resources of a stream point to the same one: it is not to be written to.
type Rendition struct {
	// Type is one of the Type constants, or whatever else EXT-X-MEDIA states.
	Type string `json:"type"`
	// Bandwidth is its peak and AverageBandwidth its average, in bits a second. Renditions of EXT-X-MEDIA state neither.
	Bandwidth        int64 `json:"bandwidth"`
	AverageBandwidth int64 `json:"average_bandwidth"`
	// Width and Height are those of its video, in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Codecs are those of RFC 6381, separated by commas.
	Codecs string `json:"codecs"`
	// Language is a tag of RFC 5646.
	Language string `json:"language"`
	// Group is the GROUP-ID of a rendition of EXT-X-MEDIA, Name what people see of it.
	Group string `json:"group"`
	Name  string `json:"name"`
	// Default is true for what players take when the user has not chosen: DEFAULT=YES, and main in DASH.
	Default bool `json:"default"`
	// Failover is true for a variant that is the same as an earlier one from another place.
	Failover bool `json:"failover"`
}

// The types of renditions. A variant is of type VIDEO even when its segments have audio in them, and of type AUDIO when
// they have nothing else.
const (
	TypeVideo     = "VIDEO"
	TypeAudio     = "AUDIO"
	TypeSubtitles = "SUBTITLES"
	TypeIFrame    = hls.TypeIFrame // for seeking: players do not begin with it
	TypeImage     = hls.TypeImage  // thumbnails
)

// average is AverageBandwidth, 0 where nothing is known.
func (r *Rendition) average() int64 {
	if r == nil {
		return 0
	}
	return r.AverageBandwidth
}

// renditions turns what readers say of streams into Renditions, one for many entries.
type renditions struct {
	// inherited is that of the playlist at hand, nil when nothing is known of it.
	inherited, last *Rendition
}

// of returns the rendition that an entry is of.
func (r *renditions) of(e *hls.Entry) *Rendition {
	typ := renditionType(e)
	if typ == "" {
		return r.inherited
	}
	described := Rendition{
		Type: typ, Bandwidth: e.Bandwidth, AverageBandwidth: e.AverageBandwidth, Width: e.Width, Height: e.Height,
		Codecs: e.Codecs, Language: e.Language, Group: e.GroupID, Name: e.Name, Default: e.Default, Failover: e.Failover,
	}
	if r.last == nil || *r.last != described {
		r.last = &described
	}
	return r.last
}

// renditionType is "" for an entry of which nothing is said: what a media playlist lists is of the playlist's own.
func renditionType(e *hls.Entry) string {
	switch {
	case e.Role == hls.RoleIFrame:
		return TypeIFrame
	case e.Role == hls.RoleImage:
		return TypeImage
	case e.Type != "":
		return e.Type
	case e.Role != hls.RoleVariant || e.Bandwidth == 0 && e.Codecs == "":
		return ""
	case e.Width == 0 && onlyAudio(e.Codecs):
		return TypeAudio
	}
	return TypeVideo
}

// onlyAudio reports whether all codecs are of audio, by the names that are in use with HLS.
func onlyAudio(codecs string) bool {
	for codec := range strings.SplitSeq(codecs, ",") {
		switch name, _, _ := strings.Cut(strings.TrimSpace(codec), "."); strings.ToLower(name) {
		case "mp4a", "ac-3", "ec-3", "ac-4", "opus", "flac", "alac", "mp3", "dtsc", "dtsx":
		default:
			return false
		}
	}
	return true
}
