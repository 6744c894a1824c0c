package demosite

import (
	"embed"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed site
var siteFS embed.FS

// files are what is served as it is kept: everything under site/, by its path on the site.
var files = sync.OnceValue(func() map[string]file {
	found := map[string]file{}
	sizes := mediaSizes()
	_ = fs.WalkDir(siteFS, "site", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || name == sizesFile {
			return err
		}
		body, err := siteFS.ReadFile(name)
		if err != nil {
			return err
		}
		p := strings.TrimPrefix(name, "site")
		found[p] = file{body: body, size: max(int64(len(body)), sizes[p])}
		return nil
	})
	return found
})

const sizesFile = "site/sizes.tsv"

// mediaSizes are the lengths of the media files before they were cut.
func mediaSizes() map[string]int64 {
	sizes := map[string]int64{}
	table, _ := siteFS.ReadFile(sizesFile)
	for line := range strings.Lines(string(table)) {
		name, size, _ := strings.Cut(strings.TrimSpace(line), "\t")
		sizes["/"+name], _ = strconv.ParseInt(size, 10, 64)
	}
	return sizes
}

// file is what is kept of a file: its first bytes, and how long it is.
type file struct {
	body []byte
	size int64
}

// fileSize is the length of a file as it is served, 0 if there is none.
func fileSize(p string) int64 { return files()[p].size }

// ReadAt reads the bytes that are kept, then zeros up to the size.
func (f file) ReadAt(p []byte, off int64) (int, error) {
	if off >= f.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), f.size-off))
	clear(p[:n])
	if off < int64(len(f.body)) {
		copy(p[:n], f.body[off:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// contentType is the media type by the end of the path.
func contentType(p string) string {
	if t := contentTypes[path.Ext(p)]; t != "" {
		return t
	}
	return "text/html; charset=utf-8"
}

var contentTypes = map[string]string{
	".aac":         "audio/aac",
	".atom":        "application/atom+xml",
	".css":         "text/css; charset=utf-8",
	".gz":          "application/gzip",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".key":         "application/octet-stream",
	".m3u8":        "application/vnd.apple.mpegurl",
	".m4a":         "audio/mp4",
	".m4s":         "video/iso.segment",
	".mp4":         "video/mp4",
	".rss":         "application/rss+xml; charset=utf-8",
	".svg":         "image/svg+xml",
	".ts":          "video/mp2t",
	".txt":         "text/plain; charset=utf-8",
	".vtt":         "text/vtt; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".xml":         "application/xml; charset=utf-8",
}

// cacheControl is what the origin says of how long a file keeps.
func cacheControl(p string) string {
	switch {
	case strings.HasPrefix(p, "/account/"), strings.HasSuffix(p, ".key"):
		return "private, no-store"
	case p == "/live/channel.m3u8":
		return "no-cache"
	}
	switch path.Ext(p) {
	case ".ts", ".m4s", ".mp4", ".m4a", ".vtt", ".jpg", ".css", ".js", ".svg", ".webmanifest":
		return "public, max-age=31536000, immutable"
	case ".m3u8", ".xml", ".gz", ".rss", ".atom", ".txt":
		return "public, max-age=60"
	}
	return "public, max-age=300"
}
