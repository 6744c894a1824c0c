package hls

import (
	"fmt"
	"strings"
)

// Limits of a multivariant playlist. The largest that we know, with every codec, language and CDN, has some 2,000 lines
// and 500 KB.
const (
	maxMultivariant = 8 << 20
	maxPlaylists    = 20_000
)

var errMultivariant = fmt.Errorf("multivariant playlist is larger than %d MiB", maxMultivariant>>20)

// readMultivariant reads a playlist of playlists: it is made safe, decoded, selected from, and only then emitted.
func (r *reader) readMultivariant(text string) {
	r.doc.Multivariant = true
	if len(text) > maxMultivariant {
		r.fail(0, 0, errMultivariant)
		return
	}
	safe := r.makeSafe(text)
	entries, err := decode(safe)
	if err != nil {
		r.fail(0, 0, err)
		return
	}
	entries = r.finishEntries(entries)
	markFailover(entries)
	if r.o.Steering != nil {
		entries = r.o.Steering.apply(entries)
	}
	r.o.Choose(entries)
	if noVariant(entries) {
		r.warnings.Addf(0, 0, "the selection leaves no variant of this playlist")
	}
	for i := range entries {
		if (entries[i].Excluded == "" || r.o.Excluded) && !r.emit(&entries[i]) {
			return
		}
	}
}

// finishEntries resolves the URLs of what was decoded, and tells what each is. Those that cannot be targets are left
// out.
func (r *reader) finishEntries(entries []Entry) []Entry {
	kept := entries[:0]
	for _, e := range entries {
		u, err := r.resolve(e.URL)
		if e.Role == RoleDRM {
			u, err = e.URL, nil
		}
		if err != nil {
			r.warnings.Addf(e.Line, 0, "left out: %v", err)
			continue
		}
		if e.Kind == Playlist && u == r.base.String() {
			r.warnings.Addf(e.Line, 0, "playlist lists itself")
		}
		if e.URL = u; e.Role == RoleRendition {
			e.Kind = fileKind(u)
		}
		kept = append(kept, e)
	}
	return kept
}

func noVariant(entries []Entry) bool {
	seen := false
	for i := range entries {
		if entries[i].Role == RoleVariant {
			if seen = true; entries[i].Excluded == "" {
				return false
			}
		}
	}
	return seen
}

// fileKind tells a rendition that is one file, which some packagers write for subtitles, from a playlist.
func fileKind(u string) Kind {
	path, _, _ := strings.Cut(u, "?")
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return Playlist
	}
	switch strings.ToLower(path[dot:]) {
	case ".vtt", ".webvtt", ".srt", ".ttml", ".dfxp":
		return Subtitle
	case ".mp4", ".m4a", ".m4v", ".aac", ".mp3", ".ts", ".webm", ".ac3", ".ec3":
		return Media
	}
	return Playlist
}
