package hls

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/grafov/m3u8"
)

// decode reads a safe text with grafov/m3u8's decoder of multivariant playlists. Its variants are the decoder's own;
// all other tags, and what variants have that it does not know, come through its custom decoders, in order.
func decode(safe *safeText) (entries []Entry, err error) {
	defer func() {
		if p := recover(); p != nil {
			entries, err = nil, fmt.Errorf("grafov/m3u8: %v", p)
		}
	}()
	d := &decoder{places: safe.tags}
	list := m3u8.NewMasterPlaylist()
	list.WithCustomDecoders([]m3u8.CustomDecoder{
		&custom{streamInf + ":", d.variant}, &custom{renamed, d.other},
	})
	if err := list.Decode(*bytes.NewBuffer(safe.text), false); err != nil {
		return nil, fmt.Errorf("grafov/m3u8: %w", err)
	}
	if len(list.Variants) != len(d.variants) || len(d.variants) != len(safe.uris) {
		return nil, errCount
	}
	for i, v := range list.Variants {
		e := &d.entries[d.variants[i]]
		fillVariant(e, v)
		e.Line = safe.uris[i].line
	}
	return d.entries, nil
}

var errCount = errors.New("grafov/m3u8: variants were lost")

// decoder gathers what the custom decoders are given.
type decoder struct {
	places   []place
	seen     int
	entries  []Entry
	variants []int // which of entries are variants
}

// custom is one custom decoder, which is its own tag as well.
type custom struct {
	name string
	take func(line string)
}

func (c *custom) TagName() string                            { return c.name }
func (c *custom) SegmentTag() bool                           { return false }
func (c *custom) Decode(line string) (m3u8.CustomTag, error) { c.take(line); return c, nil }
func (c *custom) Encode() *bytes.Buffer                      { return nil }
func (c *custom) String() string                             { return "" }

func (d *decoder) add(e Entry) {
	e.Line = d.places[d.seen].line
	d.entries = append(d.entries, e)
}

// variant takes what grafov/m3u8 does not read of a variant: attributes of later drafts, and rates, which it would wrap
// to 32 bits.
func (d *decoder) variant(line string) {
	e := Entry{Kind: Playlist, Role: RoleVariant}
	for a := (attributes{rest: line[len(streamInf)+1:]}); a.next(); {
		switch a.name {
		case "PATHWAY-ID":
			e.Pathway = a.value
		case "STABLE-VARIANT-ID":
			e.StableID = a.value
		case "BANDWIDTH":
			e.Bandwidth = rate(a.value)
		case "AVERAGE-BANDWIDTH":
			e.AverageBandwidth = rate(a.value)
		}
	}
	d.variants = append(d.variants, len(d.entries))
	d.add(e)
	d.seen++
}

func fillVariant(e *Entry, v *m3u8.Variant) {
	e.URL = v.URI
	e.Width, e.Height = resolution(v.Resolution)
	e.FrameRate, e.Codecs, e.VideoRange, e.Name = v.FrameRate, v.Codecs, v.VideoRange, v.Name
	e.Audio, e.Video, e.Subtitles = v.Audio, v.Video, v.Subtitles
}

// other takes the tags that grafov/m3u8 lacks or loses.
func (d *decoder) other(line string) {
	name, list, _ := strings.Cut(line[len(renamed):], ":")
	a := m3u8.DecodeAttributeList(list)
	switch name {
	case "MEDIA":
		d.media(a)
	case "I-FRAME-STREAM-INF":
		d.stream(RoleIFrame, a)
	case "IMAGE-STREAM-INF":
		d.stream(RoleImage, a)
	case "SESSION-KEY":
		d.sessionKey(a)
	case "SESSION-DATA":
		if a["URI"] != "" {
			d.add(Entry{Kind: Asset, Role: RoleSessionData, URL: a["URI"], Name: a["DATA-ID"], Language: a["LANGUAGE"]})
		}
	case "CONTENT-STEERING":
		d.add(Entry{Kind: Playlist, Role: RoleSteering, URL: a["SERVER-URI"], Pathway: a["PATHWAY-ID"]})
	}
	d.seen++
}

// media takes a rendition. One without a URI is inside its variants, or is closed captions.
func (d *decoder) media(a map[string]string) {
	if a["URI"] == "" {
		return
	}
	d.add(Entry{
		Kind: Playlist, Role: RoleRendition, URL: a["URI"],
		Type: a["TYPE"], GroupID: a["GROUP-ID"], Language: a["LANGUAGE"], Name: a["NAME"],
		Default: yes(a["DEFAULT"]), Autoselect: yes(a["AUTOSELECT"]), Forced: yes(a["FORCED"]),
		StableID: a["STABLE-RENDITION-ID"],
	})
}

func (d *decoder) stream(role string, a map[string]string) {
	e := Entry{
		Kind: Playlist, Role: role, URL: a["URI"], Codecs: a["CODECS"], VideoRange: a["VIDEO-RANGE"], Name: a["NAME"],
		Bandwidth: rate(a["BANDWIDTH"]), AverageBandwidth: rate(a["AVERAGE-BANDWIDTH"]), Video: a["VIDEO"],
		Pathway: a["PATHWAY-ID"], StableID: a["STABLE-VARIANT-ID"],
	}
	e.Width, e.Height = resolution(a["RESOLUTION"])
	d.add(e)
}

func (d *decoder) sessionKey(a map[string]string) {
	k := key{method: a["METHOD"], format: a["KEYFORMAT"]}
	e := Entry{Kind: Key, Role: RoleSession, URL: a["URI"], Method: k.method, KeyFormat: k.format}
	if k.isDRM(e.URL) {
		e.Role = RoleDRM
	}
	if e.URL != "" {
		d.add(e)
	}
}

func yes(s string) bool { return strings.EqualFold(s, "YES") }

// rate reads bits a second; 0 when it is none.
func rate(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
