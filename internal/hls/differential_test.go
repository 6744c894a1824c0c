package hls_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/hls"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/grafov/m3u8"
)

// difference is a reason why ours and grafov's differ, and whether it is there in a body.
type difference struct {
	reason string
	holds  func(body string) bool
}

// The differential fuzz test reads what grafov/m3u8's typed decoders read as well, and wants the same segments and
// variants of both. Where they are known to differ, one of these reasons says why ours is right; nothing else may.
var knownDifferences = []difference{
	{"a lone CR ends a line (RFC 8216 has LF and CRLF; packagers have CR)", func(b string) bool {
		return strings.Contains(strings.ReplaceAll(b, "\r\n", "\n"), "\r")
	}},
	{"only ASCII blanks are blanks: the others can be part of a name", hasOtherBlanks},
	{"a control character cannot be in a URL", func(b string) bool { return strings.ContainsAny(b, "\x00\x01\x02\x7f\v\f") }},
	{"variables are substituted", func(b string) bool { return strings.Contains(b, "{$") }},
	{"a blank line between a tag and its URI is nothing, and is a URI for grafov", blankBetween},
	{"a URI without EXTINF is a segment for players, and none for grafov", withoutInf},
	{"a variant's tag without a URI is dropped, where grafov gives the URI behind the next tag to the first of them", twoTags},
	{"an I-frame playlist between a variant's tag and its URI takes that URI from grafov's variant", interrupted},
	{"quotes and commas in unquoted values are read as players do", oddQuotes},
	{"tags of both kinds make it one or the other", mixed},
	{"lines past the limit are left out", func(b string) bool { return len(b) > hls.MaxLine }},
}

func blankBetween(b string) bool {
	waits := false
	for line := range strings.SplitSeq(b, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#EXTINF:"), strings.HasPrefix(line, "#EXT-X-STREAM-INF:"):
			waits = true
		case line == "" && waits:
			return true
		case line != "" && line[0] != '#':
			waits = false
		}
	}
	return false
}

func hasOtherBlanks(b string) bool {
	return strings.ContainsFunc(b, func(r rune) bool { return r > 0x7f && strings.TrimSpace(string(r)) == "" })
}

func tagLines(b string) []string {
	var out []string
	for line := range strings.Lines(b) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func withoutInf(b string) bool {
	inf := false
	for _, line := range tagLines(b) {
		switch {
		case strings.HasPrefix(line, "#EXTINF:"):
			inf = true
		case line[0] != '#' && !inf:
			return true
		case line[0] != '#':
			inf = false
		}
	}
	return false
}

func twoTags(b string) bool {
	pending := false
	for _, line := range tagLines(b) {
		switch {
		case strings.HasPrefix(line, "#EXT-X-STREAM-INF"):
			if pending {
				return true
			}
			pending = true
		case line[0] != '#':
			pending = false
		}
	}
	return pending
}

func interrupted(b string) bool {
	pending := false
	for _, line := range tagLines(b) {
		switch {
		case strings.HasPrefix(line, "#EXT-X-STREAM-INF"):
			pending = true
		case pending && strings.HasPrefix(line, "#EXT-X-I-FRAME-STREAM-INF"):
			return true
		case line[0] != '#':
			pending = false
		}
	}
	return false
}

func oddQuotes(b string) bool {
	for _, line := range tagLines(b) {
		if strings.HasPrefix(line, "#EXT-X-I-FRAME-STREAM-INF") && (strings.Count(line, "\"")%2 == 1 ||
			strings.ContainsAny(line, " \t'") || strings.Contains(line, "\"\"") || !strings.Contains(line, "URI=\"") ||
			strings.Count(line, "URI") > 1) {
			return true
		}
	}
	return false
}

func mixed(b string) bool {
	return strings.Contains(b, "#EXTINF") && strings.Contains(b, "STREAM-INF") || strings.Contains(b, "#EXT-X-STREAM-INF") &&
		!strings.Contains(b, "#EXT-X-STREAM-INF:")
}

// grafovMedia is nil when the decoder panics.
func grafovMedia(body []byte) (uris []string, ok bool) {
	defer func() {
		if recover() != nil {
			uris, ok = nil, false
		}
	}()
	p, err := m3u8.NewMediaPlaylist(0, 1024)
	if err != nil || p.DecodeFrom(bytes.NewReader(body), false) != nil {
		return nil, false
	}
	for _, s := range p.Segments {
		if s != nil {
			uris = append(uris, s.URI)
		}
	}
	return uris, true
}

func grafovMaster(body []byte) (uris []string, ok bool) {
	defer func() {
		if recover() != nil {
			uris, ok = nil, false
		}
	}()
	p := m3u8.NewMasterPlaylist()
	if p.DecodeFrom(bytes.NewReader(body), false) != nil {
		return nil, false
	}
	for _, v := range p.Variants {
		uris = append(uris, v.URI)
	}
	return uris, true
}

// disagreement is what both say of a body, and false when they agree, or one of them cannot read it.
func disagreement(tb testing.TB, body []byte) (ours, theirs []string, differ bool) {
	tb.Helper()
	base, err := urlkey.ParseBase(caseBase)
	if err != nil {
		tb.Fatal(err)
	}
	doc, err := hls.Parse(body, caseBase, hls.Options{}, func(e *hls.Entry) bool {
		if listedByGrafov(e) {
			ours = append(ours, e.URL)
		}
		return true
	})
	if err != nil {
		return nil, nil, false
	}
	uris, ok := grafovMedia(body)
	if doc.Multivariant {
		uris, ok = grafovMaster(body)
	}
	if !ok {
		return nil, nil, false
	}
	for _, u := range uris {
		if u, err := base.Resolve(u); err == nil {
			theirs = append(theirs, u)
		}
	}
	return ours, theirs, !slices.Equal(ours, theirs)
}

func FuzzAgainstGrafov(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) > 64<<10 {
			return // grafov's decoder is quadratic
		}
		if ours, theirs, differ := disagreement(t, body); differ && !explained(string(body)) {
			t.Errorf("ours %q, grafov %q, no known reason", ours, theirs)
		}
	})
}

// TestCorpusAgainstGrafov wants each disagreement about the corpus explained.
func TestCorpusAgainstGrafov(t *testing.T) {
	t.Parallel()
	for _, c := range corpus(t) {
		if ours, theirs, differ := disagreement(t, c.body); differ && !explained(string(c.body)) {
			t.Errorf("%s: ours %q, grafov %q, no known reason", c.ID, ours, theirs)
		}
	}
}

func listedByGrafov(e *hls.Entry) bool {
	switch e.Role {
	case hls.RoleVariant, hls.RoleIFrame, hls.RoleGap, "":
		return e.Kind == hls.Segment || e.Kind == hls.Playlist || e.Kind == hls.Image
	}
	return false
}

func explained(body string) bool {
	return slices.ContainsFunc(knownDifferences, func(d difference) bool { return d.holds(body) })
}
