package hls

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// maxClones bounds the pathways of a manifest; real services have two or three.
const maxClones = 100

// Steering is a content steering manifest (RFC 8216bis, 7.1).
type Steering struct {
	// TTL is how long it holds, in seconds.
	TTL int `json:"TTL"`
	// ReloadURI is where the next one is; empty for the same.
	ReloadURI string `json:"RELOAD-URI"`
	// Priority is the order in which pathways are tried.
	Priority []string `json:"PATHWAY-PRIORITY"`
	// Clones are pathways that are made of others.
	Clones []Clone `json:"PATHWAY-CLONES"`
}

// Clone is a pathway that is made of another by exchanging hosts, queries or whole URLs.
type Clone struct {
	BaseID string      `json:"BASE-ID"`
	ID     string      `json:"ID"`
	URI    Replacement `json:"URI-REPLACEMENT"`
}

// Replacement says how the URLs of a Clone come from those of its base.
type Replacement struct {
	Host         string            `json:"HOST"`
	Params       map[string]string `json:"PARAMS"`
	PerVariant   map[string]string `json:"PER-VARIANT-URIS"`   // by stable ID
	PerRendition map[string]string `json:"PER-RENDITION-URIS"` // by stable ID
}

// ParseSteering reads a steering manifest.
func ParseSteering(body []byte) (*Steering, error) {
	s := &Steering{}
	if err := json.Unmarshal(body, s); err != nil {
		return nil, fmt.Errorf("content steering manifest: %w", err)
	}
	if len(s.Clones) > maxClones {
		return nil, fmt.Errorf("content steering manifest: %d pathway clones, the limit is %d", len(s.Clones), maxClones)
	}
	return s, nil
}

// defaultPathway is the one of variants that name none.
const defaultPathway = "."

// apply adds what the clones make of the entries. A clone may be of one before it; entries stay bounded as those of the
// playlist are.
func (s *Steering) apply(entries []Entry) []Entry {
	for _, c := range s.Clones {
		groups := map[group]bool{}
		for i := range entries {
			if e := &entries[i]; e.Role == RoleVariant && pathwayOf(e) == c.BaseID {
				groups[group{"AUDIO", e.Audio}] = true
				groups[group{"VIDEO", e.Video}] = true
				groups[group{"SUBTITLES", e.Subtitles}] = true
			}
		}
		for _, e := range entries {
			belongs := pathwayOf(&e) == c.BaseID
			switch e.Role {
			case RoleVariant, RoleIFrame, RoleImage:
			case RoleRendition:
				belongs = groups[group{e.Type, e.GroupID}] && (e.Pathway == "" || belongs)
			default:
				belongs = false
			}
			if !belongs || len(entries) >= maxPlaylists {
				continue
			}
			if u, err := c.URI.replace(&e); err == nil && u != e.URL {
				e.URL, e.Pathway, e.Failover = u, c.ID, true
				entries = append(entries, e)
			}
		}
	}
	return entries
}

func pathwayOf(e *Entry) string {
	if e.Pathway == "" {
		return defaultPathway
	}
	return e.Pathway
}

func (r *Replacement) replace(e *Entry) (string, error) {
	whole := r.PerVariant
	if e.Role == RoleRendition {
		whole = r.PerRendition
	}
	if u, ok := whole[e.StableID]; ok && e.StableID != "" {
		return urlkey.Normalize(u)
	}
	u, err := url.Parse(e.URL)
	if err != nil {
		return "", err
	}
	if r.Host != "" {
		u.Host = r.Host
	}
	u.RawQuery = r.query(u.RawQuery)
	return urlkey.Normalize(u.String())
}

// query sets parameters: those that are there in their place, the others behind them in order of their names.
func (r *Replacement) query(raw string) string {
	var parts []string
	if raw != "" {
		for part := range strings.SplitSeq(raw, "&") {
			name, _, _ := strings.Cut(part, "=")
			if _, set := r.Params[name]; !set {
				parts = append(parts, part)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Params)) {
		parts = append(parts, url.QueryEscape(name)+"="+url.QueryEscape(r.Params[name]))
	}
	return strings.Join(parts, "&")
}
