package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Settings are those of the config that decide on what a crawl opens and lists, each by its key, as a digest: two processes
// whose Settings are the same crawl the same. They hold no secret.
type Settings map[string]string

// digestLength is how much of a digest is kept, in bytes: nobody forges a setting.
const digestLength = 8

// Set takes the value of a setting in.
func (s Settings) Set(key string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		text = fmt.Append(nil, value)
	}
	sum := sha256.Sum256(text)
	s[key] = hex.EncodeToString(sum[:digestLength])
}

// queue is the name of the queue in which processes of these settings and this version share a crawl.
func (s Settings) queue(version string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", version)
	for _, key := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(h, "%q%q", key, s[key])
	}
	return queuePrefix + hex.EncodeToString(h.Sum(nil)[:digestLength])
}

const queuePrefix = "crawl_"

// differ names the settings that are not the same.
func (s Settings) differ(o Settings) []string {
	var keys []string
	for key := range s {
		if s[key] != o[key] {
			keys = append(keys, key)
		}
	}
	for key := range o {
		if _, ok := s[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
