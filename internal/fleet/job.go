package fleet

import (
	"context"

	"github.com/riverqueue/river"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/postgres"
)

// batchArgs are those of each job: what it is to do is in the frontier.
type batchArgs struct {
	Crawl int64 `json:"crawl"`
	Batch int64 `json:"batch"`
	// Documents is how many it has, for people.
	Documents int `json:"documents"`
	// Deaths counts the workers that died over it.
	Deaths int `json:"deaths,omitzero"`
}

// The jobs, one kind each so that people see what is done.
type (
	sitemapArgs   struct{ batchArgs }
	pagesArgs     struct{ batchArgs }
	playlistsArgs struct{ batchArgs }
	// logArgs are those of a log, whose number is the batch.
	logArgs struct{ batchArgs }
)

// The kinds of jobs.
const (
	sitemapKind   = "crawl_sitemap"
	pagesKind     = "crawl_pages"
	playlistsKind = "crawl_playlists"
	logKind       = "read_log"
)

// Kind names them to River.
func (sitemapArgs) Kind() string   { return sitemapKind }
func (pagesArgs) Kind() string     { return pagesKind }
func (playlistsArgs) Kind() string { return playlistsKind }
func (logArgs) Kind() string       { return logKind }

func (a batchArgs) batch() batchArgs { return a }

// kinds are those of jobs.
var kinds = []string{sitemapKind, pagesKind, playlistsKind, logKind}

// kindFor is the kind of job that opens such a document. What lists others may be a sitemap, until it has been read.
func kindFor(k crawler.Kind) string {
	switch k {
	case crawler.Sitemap, crawler.Site, "":
		return sitemapKind
	case crawler.Page:
		return pagesKind
	}
	return playlistsKind
}

// argsOf are the job's of the kind.
func argsOf(kind string, a batchArgs) river.JobArgs {
	switch kind {
	case sitemapKind:
		return sitemapArgs{a}
	case pagesKind:
		return pagesArgs{a}
	case logKind:
		return logArgs{a}
	}
	return playlistsArgs{a}
}

// Sizes is how many documents a job has.
type Sizes struct {
	// Pages and Playlists are the most of a job; 0 is 50 and 20.
	Pages, Playlists int
}

// The default sizes are some seconds of work at the default rate of a host: enough that the database has little to do, and
// little to be done again when a worker dies. A playlist may have thousands of segments, a sitemap 50,000 URLs.
const (
	defaultPages     = 50
	defaultPlaylists = 20
)

func (s Sizes) of(kind string) int {
	switch {
	case kind == sitemapKind:
		return 1
	case kind == pagesKind && s.Pages > 0:
		return s.Pages
	case kind == pagesKind:
		return defaultPages
	case s.Playlists > 0:
		return s.Playlists
	}
	return defaultPlaylists
}

const (
	// maxAttempts is how often a job is tried that fails, which a document's failure is not: the database did, or there was a
	// fault of ours. What it has is left to the coordinator then.
	maxAttempts = 5
	// maxDeaths is how many workers may die over a job: it may be that they do because of it.
	maxDeaths = 10
)

// priority has River do first what most further work comes from, or is waited for first.
func priority(kind string) int {
	if kind == sitemapKind || kind == logKind {
		return 1
	}
	return 2
}

func insertion(queue, kind string, a batchArgs) river.InsertManyParams {
	return river.InsertManyParams{
		Args:       argsOf(kind, a),
		InsertOpts: &river.InsertOpts{Queue: queue, Priority: priority(kind), MaxAttempts: maxAttempts},
	}
}

func insert(ctx context.Context, tx postgres.Tx, client *river.Client[postgres.Tx], jobs []river.InsertManyParams) error {
	if len(jobs) == 0 {
		return nil
	}
	_, err := client.InsertManyFastTx(ctx, tx, jobs)
	return err
}
