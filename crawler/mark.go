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

// newMark is of the options that all documents of a crawl share. The header may be who we are to the site.
func newMark(c *Crawler) mark {
	return markOf("%s\n%v", build(), c.Header)
}

// mark is of a task before it is opened.
func (o *opener) mark(t *task) mark {
	return markOf("%x\n%s\n%s %t %d\n%+v", o.shared, t.fetch, t.Kind, t.Role == hls.RoleAssetList, t.Bandwidth, o.playlistOptions(t))
}

func markOf(format string, args ...any) (m mark) {
	h := sha256.New()
	fmt.Fprintf(h, format, args...)
	copy(m[:], h.Sum(nil))
	return m
}
