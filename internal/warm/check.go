package warm

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/source"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// Finding is one thing that was checked.
type Finding struct {
	// What was checked, in a few words.
	What string
	// Detail says what was found.
	Detail string
	// Err is what is wrong, nil when all is well; Hint what to do about it.
	Err  error
	Hint string
}

// Check tries everything that a run needs, spends nothing, and reports each finding as it is made. The error is what a
// run would end with; findings that a run would go on after have none of their own.
func (w *Warmer) Check(ctx context.Context, report func(Finding)) error {
	var errs []error
	tell := func(f Finding) {
		if f.Err != nil {
			errs = append(errs, f.Err)
		}
		report(f)
	}
	w.checkSources(ctx, tell)
	w.checkLogs(ctx, tell)
	w.checkAccount(ctx, tell)
	w.checkLedger(ctx, tell)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return errors.Join(errs...)
}

func (w *Warmer) checkSources(ctx context.Context, tell func(Finding)) {
	if len(w.Config.Sources) == 0 {
		tell(Finding{What: "sources", Err: errors.New("the config names none"), Hint: "name a site, sitemap or playlist under sources"})
	}
	c := w.Crawler(nil)
	for _, from := range w.Config.Sources {
		if from.URL == "" {
			w.checkSource(ctx, c, from, tell)
			continue
		}
		body, err := c.Open(ctx, from.URL)
		f := Finding{What: "source " + urlkey.Redact(from.URL), Detail: "reachable"}
		if err != nil {
			f.Err, f.Hint = err, crawlHint(err)
			if isGone(err) {
				f.Hint = goneSource
			}
		} else {
			_ = body.Close()
		}
		tell(f)
	}
}

// checkedKeys is how many keys of a bucket are looked at: one page, to see whether it can be read.
const checkedKeys = 1000

// checkSource reads a source that is no URL: a list or a repository to its end, of a bucket the beginning.
func (w *Warmer) checkSource(ctx context.Context, c *crawler.Crawler, from config.Source, tell func(Finding)) {
	name, r := w.reader(c, from, nil)
	if from.List == "-" {
		tell(Finding{What: name, Detail: "stdin, which a run reads"})
		return
	}
	n := 0
	result, err := r.Read(ctx, func(source.Entry) bool {
		n++
		return from.Bucket == "" || n < checkedKeys
	})
	detail := counted(result.URLs, "URL")
	if from.Bucket != "" && n == checkedKeys {
		detail += " and more"
	}
	if result.LeftOut > 0 {
		detail += fmt.Sprintf(", %d left out by crawl.include and crawl.exclude", result.LeftOut)
	}
	if result.Bad > 0 {
		first := result.Warnings[0]
		detail += fmt.Sprintf(", %d that cannot be taken: %s%s", result.Bad, place(crawler.Warning(first)), first.Text)
	}
	hint := hintOf(err, "")
	if unread, ok := errors.AsType[*source.Error](err); ok {
		err = unread.Err // the finding has its name
	}
	tell(Finding{name, detail, err, hint})
}

func (w *Warmer) checkLogs(ctx context.Context, tell func(Finding)) {
	for _, pattern := range w.Config.Popularity.Logs {
		switch {
		case pattern == "-":
			continue
		case isBucket(pattern):
			checkLogBucket(ctx, pattern, tell)
			continue
		}
		matches, err := filepath.Glob(pattern)
		if err == nil && len(matches) == 0 {
			err = fs.ErrNotExist
		}
		found := "1 file or folder"
		if len(matches) != 1 {
			found = fmt.Sprintf("%d files or folders", len(matches))
		}
		tell(Finding{"logs " + pattern, found, err,
			"mend the pattern in popularity.logs"})
	}
	w.checkSQL(ctx, tell)
	if p := w.Config.Popularity; len(p.Logs) == 0 && p.SQL.Query == "" && p.EdgeOne == config.Off {
		tell(Finding{What: "logs", Detail: "none are named: sitemaps and playlists alone order the plan"})
	}
}

func (w *Warmer) checkAccount(ctx context.Context, tell func(Finding)) {
	zones, err := w.Zones(ctx)
	if err != nil {
		tell(Finding{"zones", "", err, hintOf(err, "name them under account.zones")})
		return
	}
	w.checkHosts(zones, tell)
	quotas := map[string]ZoneQuota{}
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		one, err := w.Quotas(ctx, map[string][]string{zone: zones[zone]})
		maps.Copy(quotas, one)
		q := quotas[zone]
		tell(Finding{"zone " + zone,
			fmt.Sprintf("%s: %d of %d units are left today, %d for a plan", strings.Join(zones[zone], " "), q.Available, q.Daily, q.Budget),
			err, hintOf(err, "")})
		if submitter.ClassOf(err) == submitter.ClassUnauthorized {
			return
		}
	}
	tell(Finding{What: "quota reset", Detail: w.Reset(ctx).String()})
	if all := slices.Sorted(maps.Keys(quotas)); len(all) > 0 {
		w.checkPermissions(ctx, all[0], tell)
	}
}

// checkHosts looks whether anything that the sources name could be a target.
func (w *Warmer) checkHosts(zones map[string][]string, tell func(Finding)) {
	find := planner.ZoneFinder(zones)
	c := w.Crawler(nil)
	for _, from := range w.Config.Sources {
		url, err := c.SeedURL(from.URL)
		if from.URL == "" || err != nil {
			continue
		}
		if _, ok := find(url); !ok {
			tell(Finding{What: "source " + urlkey.Redact(from.URL),
				Detail: "its own host is in no zone: only what it leads to on other hosts can be warmed; crawl.rewrite maps an origin to its CDN"})
		}
	}
}

func (w *Warmer) checkLedger(ctx context.Context, tell func(Finding)) {
	f := Finding{What: "ledger " + ledger.Name(w.Config.State), Detail: "can be written"}
	l, err := w.openLedger(ctx)
	if err != nil {
		f.Err, f.Hint = err, "state in the config says where the ledger is"
	} else {
		_ = l.Close()
	}
	tell(f)
}
