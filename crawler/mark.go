package crawler

import (
	"crypto/sha256"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/edgewarm/edgewarm/internal/hls"
)

// mark tells apart what the listing of a document depends on: its URL, the options, what the one that listed it said of
// it, and the readers themselves. What was remembered under another mark is not used.
type mark [16]byte

// build names this program and all modules in it, as far as Go knows: another one may read documents better.
var build = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.String()
})

// sharedMark is of what all documents of a crawl have in common. The header may be who we are to the site.
func (o *opener) sharedMark() mark {
	return markOf("%s\n%v\n%+v", build(), o.crawler.Header, o.playlistOptions(&task{}))
}

// mark is of a task before it is opened.
func (o *opener) mark(t *task) mark {
	return markOf("%s%s\n%s %t %d %d %v", o.shared[:], t.fetch, t.Kind, t.Role == hls.RoleAssetList, t.Bandwidth, t.Rendition.average(), t.defines)
}

func markOf(format string, args ...any) (m mark) {
	h := sha256.New()
	fmt.Fprintf(h, format, args...)
	copy(m[:], h.Sum(nil))
	return m
}
