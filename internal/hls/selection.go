package hls

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Selection is which renditions of a multivariant playlist are wanted; the zero value is all. A limit on a thing that
// the playlist does not state lets it pass. Renditions stay when a wanted variant names their group, or none at all does.
type Selection struct {
	MinHeight, MaxHeight       int
	MinBandwidth, MaxBandwidth int64 // bits a second
	// Codecs are prefixes such as "avc1" or "mp4a": a variant passes if one of its codecs begins with one of them.
	Codecs []string
	// Languages are BCP 47 tags such as "en" or "pt-BR": "pt" takes pt-BR too. Renditions without a language pass.
	Languages []string
	// Best and Worst take that many qualities from the top and from the bottom of what passed the rest; 0 and 0 take all.
	Best, Worst int
	// DefaultOnly takes, of each group of renditions, only the default ones.
	DefaultOnly bool
	// NoFailover leaves out redundant variants and other pathways.
	NoFailover bool
	// NoIFrames, NoImages and NoSubtitles leave out those playlists.
	NoIFrames, NoImages, NoSubtitles bool
	// Excluded emits what was left out as well, with Entry.Excluded saying why.
	Excluded bool
}

// Choose says in Excluded of each entry why it is not wanted. It goes by the roles of playlists.
func (s *Selection) Choose(entries []Entry) {
	for i := range entries {
		e := &entries[i]
		switch e.Role {
		case RoleVariant, RoleIFrame:
			e.Excluded = s.stream(e)
		case RoleImage:
			if s.NoImages {
				e.Excluded = "image playlist"
			}
		}
	}
	if s.Best > 0 || s.Worst > 0 {
		s.extremes(entries)
	}
	s.renditions(entries)
}

// stream checks a variant or an I-frame playlist by itself.
func (s *Selection) stream(e *Entry) string {
	switch {
	case s.NoIFrames && e.Role == RoleIFrame:
		return "I-frame playlist"
	case s.NoFailover && e.Failover:
		return "failover"
	case s.MinHeight > 0 && e.Height > 0 && e.Height < s.MinHeight:
		return fmt.Sprintf("height %d is under %d", e.Height, s.MinHeight)
	case s.MaxHeight > 0 && e.Height > s.MaxHeight:
		return fmt.Sprintf("height %d is over %d", e.Height, s.MaxHeight)
	case s.MinBandwidth > 0 && e.Bandwidth > 0 && e.Bandwidth < s.MinBandwidth && e.Role == RoleVariant:
		return fmt.Sprintf("bandwidth %d is under %d", e.Bandwidth, s.MinBandwidth)
	case s.MaxBandwidth > 0 && e.Bandwidth > s.MaxBandwidth:
		return fmt.Sprintf("bandwidth %d is over %d", e.Bandwidth, s.MaxBandwidth)
	case !s.codec(e.Codecs):
		return "codecs " + e.Codecs
	}
	return ""
}

func (s *Selection) codec(codecs string) bool {
	if len(s.Codecs) == 0 || codecs == "" {
		return true
	}
	for c := range strings.SplitSeq(codecs, ",") {
		for _, prefix := range s.Codecs {
			if strings.HasPrefix(strings.TrimSpace(c), prefix) {
				return true
			}
		}
	}
	return false
}

// extremes keeps the best and the worst qualities. A quality is all variants of one height and one bandwidth, or of one
// URL: redundant ones stay with theirs. I-frame playlists stay with the heights that stay.
func (s *Selection) extremes(entries []Entry) {
	type step struct {
		height    int
		bandwidth int64
	}
	byURL := map[string]step{}
	var ladder []step
	stepOf := func(e *Entry) step { return byURL[e.URL] }
	for i := range entries {
		e := &entries[i]
		if e.Role != RoleVariant || e.Excluded != "" {
			continue
		}
		if _, seen := byURL[e.URL]; !seen {
			byURL[e.URL] = step{e.Height, e.Bandwidth}
			ladder = append(ladder, stepOf(e))
		}
	}
	slices.SortFunc(ladder, func(a, b step) int {
		return cmp.Or(cmp.Compare(b.height, a.height), cmp.Compare(b.bandwidth, a.bandwidth))
	})
	ladder = slices.Compact(ladder)
	kept, heights := map[step]bool{}, map[int]bool{}
	for i, st := range ladder {
		if i < s.Best || i >= len(ladder)-s.Worst {
			kept[st], heights[st.height] = true, true
		}
	}
	for i := range entries {
		switch e := &entries[i]; {
		case e.Excluded != "":
		case e.Role == RoleVariant && !kept[stepOf(e)]:
			e.Excluded = "neither of the best nor of the worst that are wanted"
		case e.Role == RoleIFrame && e.Height > 0 && !heights[e.Height]:
			e.Excluded = "no variant of its height is wanted"
		}
	}
}

// group is a group of renditions.
type group struct{ kind, id string }

// renditions keeps those of the groups that wanted variants name, and those of groups that no variant names at all.
func (s *Selection) renditions(entries []Entry) {
	named, wanted, defaults := map[group]bool{}, map[group]bool{}, map[group]bool{}
	for i := range entries {
		e := &entries[i]
		if e.Role == RoleRendition && e.Default {
			defaults[group{e.Type, e.GroupID}] = true
		}
		if e.Role != RoleVariant {
			continue
		}
		for _, g := range []group{{"AUDIO", e.Audio}, {"VIDEO", e.Video}, {"SUBTITLES", e.Subtitles}} {
			named[g] = true
			wanted[g] = wanted[g] || e.Excluded == ""
		}
	}
	for i := range entries {
		e := &entries[i]
		if e.Role != RoleRendition {
			continue
		}
		g := group{e.Type, e.GroupID}
		switch {
		case named[g] && !wanted[g]:
			e.Excluded = "no wanted variant plays with it"
		case s.NoSubtitles && e.Type == "SUBTITLES":
			e.Excluded = "subtitles"
		case !s.language(e.Language):
			e.Excluded = "language " + e.Language
		case s.DefaultOnly && defaults[g] && !e.Default:
			e.Excluded = "not the default of its group"
		}
	}
}

// language matches as RFC 4647 filters do: "pt" takes "pt-BR".
func (s *Selection) language(tag string) bool {
	if len(s.Languages) == 0 || tag == "" {
		return true
	}
	for _, want := range s.Languages {
		if len(tag) < len(want) || !strings.EqualFold(tag[:len(want)], want) {
			continue
		}
		if len(tag) == len(want) || tag[len(want)] == '-' {
			return true
		}
	}
	return false
}
