package warm

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/glob"
	"github.com/edgewarm/edgewarm/internal/page"
	"github.com/edgewarm/edgewarm/internal/source"
	"github.com/edgewarm/edgewarm/internal/urlkey"
)

// maxSeeds bounds the URLs that are crawled from, as the crawler bounds the documents that it opens. Each is held until
// it is opened: all of them take some 750 MiB. What the sources name past them is listed and not opened.
const maxSeeds = 1_000_000

// Seeds is what the config's sources name.
type Seeds struct {
	// URLs are those that are crawled from.
	URLs []string
	// Weights are those of URLs that have one, under which Discover yields them.
	Weights map[string]float64
	// files are those that need not be opened.
	files *pile
}

// reader is a source that is read to find its URLs.
type reader interface {
	Read(ctx context.Context, emit func(source.Entry) bool) (source.Result, error)
}

// Seeds reads the config's sources. stdin is what a list called - is read from; nil is an empty one. A source that cannot
// be read is told to Watch and counted in faults, which may be nil: the job goes on with what was read of it and with the
// others. The error is the context's.
func (w *Warmer) Seeds(ctx context.Context, c *crawler.Crawler, stdin io.Reader, faults *int) (*Seeds, error) {
	return w.seeds(ctx, c, w.Config.Sources, stdin, faults)
}

func (w *Warmer) seeds(ctx context.Context, c *crawler.Crawler, sources []config.Source, stdin io.Reader, faults *int) (*Seeds, error) {
	s := &Seeds{Weights: map[string]float64{}, files: newPile()}
	for _, from := range sources {
		if from.URL != "" {
			s.URLs = append(s.URLs, from.URL)
			s.weigh(c, from.URL, from.Weight)
			continue
		}
		var full error
		name, r := w.reader(c, from, stdin)
		result, err := r.Read(ctx, func(e source.Entry) bool {
			full = s.add(c, e.URL, from.Weight*cmp.Or(e.Weight, 1))
			if n := len(s.URLs) + s.files.len(); n%progressEvery == 0 {
				w.Watch.progress(StageSources, n, 0)
			}
			return full == nil
		})
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		w.tellSource(name, result)
		if err = errors.Join(err, full); err != nil {
			if faults != nil {
				*faults++
			}
			w.Watch.fault(err, hintOf(err, ""))
		}
	}
	return s, nil
}

// reader is what reads a source that is no URL, and its name for people.
func (w *Warmer) reader(c *crawler.Crawler, from config.Source, stdin io.Reader) (name string, r reader) {
	var rules []source.Rewrite
	for _, rule := range w.Config.Crawl.Rewrite {
		rules = append(rules, source.Rewrite(rule))
	}
	switch {
	case from.Bucket != "":
		return "bucket " + urlkey.Redact(from.Bucket), source.Bucket{URL: from.Bucket, Rewrite: rules, Keep: w.keep(c)}
	case from.Git != "":
		return "git " + from.Git, source.Git{
			Repository: from.Git, From: from.From, To: from.To, Path: from.Path, Base: from.Base,
			Rewrite: rules, Keep: w.keep(c),
		}
	}
	return "list " + from.List, source.List{Name: from.List, Stdin: stdin}
}

// keep chooses among the objects of a bucket and the files of a repository, most of which nobody may ever request: what
// is excluded does not become a resource. nil keeps all.
func (w *Warmer) keep(c *crawler.Crawler) func(url string) bool {
	include, exclude := w.Config.Crawl.Include, w.Config.Crawl.Exclude
	if len(include)+len(exclude) == 0 {
		return nil
	}
	return func(url string) bool {
		final, err := c.SeedURL(url)
		return err == nil && !glob.Any(exclude, final) && (len(include) == 0 || glob.Any(include, final))
	}
}

// tellSource says how a source was read. What it lost everybody is told the first, as of sitemaps.
func (w *Warmer) tellSource(name string, result source.Result) {
	text := fmt.Sprintf("%s: %s", name, counted(result.URLs, "URL"))
	if result.LeftOut > 0 {
		text += fmt.Sprintf(", and %d that crawl.include and crawl.exclude leave out", result.LeftOut)
	}
	w.Watch.detail(text)
	for i, warning := range result.Warnings {
		text := name + ": " + place(crawler.Warning(warning)) + warning.Text
		switch {
		case i > 0:
			w.Watch.detail(text)
		case result.Bad > 1:
			w.Watch.note(fmt.Sprintf("%s (and %d more, which -v shows)", text, result.Bad-1))
		default:
			w.Watch.note(text)
		}
	}
}

// add takes a URL of a source that may have millions of them.
func (s *Seeds) add(c *crawler.Crawler, url string, weight float64) error {
	s.weigh(c, url, weight)
	if _, ok := fileKind(url); !ok && len(s.URLs) < maxSeeds {
		s.URLs = append(s.URLs, url)
		return nil
	}
	final, err := c.SeedURL(url)
	if err != nil {
		return err // never: sources yield normal URLs
	}
	return s.files.add(final)
}

func (s *Seeds) weigh(c *crawler.Crawler, url string, weight float64) {
	if weight == 1 {
		return
	}
	if final, err := c.SeedURL(url); err == nil {
		s.Weights[final] = weight
	}
}

// fileKind is the kind of a URL that need not be opened: by its suffix it is a file that lists nothing. Texts and what is
// compressed may be sitemaps.
func fileKind(url string) (crawler.Kind, bool) {
	switch k := page.KindOf(url); k {
	case page.Media, page.Image, page.Subtitle:
		return crawler.Kind(k), true
	case page.Asset:
		return crawler.Asset, !mayList(url)
	}
	return "", false
}

// Discover crawls from the seeds and yields each distinct URL once, files of the sources among them, which are not
// opened. What has a weight of its own comes first; else a playlist or page that lists a file says more of it than a
// source does, so that other files come at the end. The sequence can be ranged over once.
func (w *Warmer) Discover(ctx context.Context, c *crawler.Crawler, s *Seeds) iter.Seq2[crawler.Resource, error] {
	if w.found != nil {
		return w.found
	}
	return func(yield func(crawler.Resource, error) bool) {
		weighted := func(url string) bool { _, ok := s.Weights[url]; return ok }
		if len(s.Weights) > 0 && !s.files.each(yield, weighted) {
			return
		}
		for r, err := range c.Crawl(ctx, s.URLs...) {
			if err == nil && s.files.yielded(r.URL) {
				continue
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		s.files.each(yield, func(string) bool { return true })
	}
}
