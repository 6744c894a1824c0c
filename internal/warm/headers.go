package warm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/submitter"
)

// checkHeaders refuses headers of submit.headers that would poison the cache that all viewers share.
func (w *Warmer) checkHeaders() error {
	headers := w.Config.Submit.Headers
	if err := submitter.CheckHeaders(headers); err != nil {
		return &HintError{unsupportedError("submit.headers: " + err.Error()), "take it out of submit.headers"}
	}
	for _, name := range submitter.UnkeyedHeaders(headers) {
		if slices.ContainsFunc(w.Config.Submit.KeyedHeaders, func(keyed string) bool { return strings.EqualFold(keyed, name) }) {
			continue
		}
		return &HintError{
			unsupportedError(fmt.Sprintf("submit.headers: %s is not part of a cache key: what the origin answers to it would be served to everybody", name)),
			"take it out, or if the zone's cache key holds it, name it in submit.keyed_headers too",
		}
	}
	return nil
}
