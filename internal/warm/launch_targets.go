package warm

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/launch"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter"
)

// launchTarget is a target of a launch, and what it is part of.
type launchTarget struct {
	launch.Item
	// title is the URL of what stands for the whole; rendition names the part of it, and is empty for what all parts need.
	title, rendition string
	// whole is the title's playlist, empty for what is part of none.
	whole string
}

// errNothingToLaunch is said of sources that lead to nothing that could be a target.
var errNothingToLaunch = &HintError{errors.New("there is nothing to launch"), "edgewarm inspect URL shows what a title lists; it is warmed where its host is one of a zone"}

// discover crawls the titles and puts their targets in the order in which viewers miss them: the start of every title
// first, since a plan without a log is ordered so.
func (r *launcher) discover(ctx context.Context) error {
	zones, err := r.Zones(ctx)
	if err != nil {
		return err
	}
	c := r.crawlerFor(zones, &r.faults)
	seeds, err := r.Seeds(ctx, c, r.o.Stdin, &r.faults)
	if err != nil {
		return err
	}
	found := map[string]crawler.Resource{}
	plan, err := r.Plan(ctx, keeping(r.Discover(ctx, c, seeds), found), Planning{Zones: zones, Weights: seeds.Weights})
	if err != nil {
		return err
	}
	if len(plan.Targets) == 0 {
		return errNothingToLaunch
	}
	r.take(plan.Targets, found)
	return nil
}

// keeping passes the resources on and keeps them.
func keeping(resources iter.Seq2[crawler.Resource, error], found map[string]crawler.Resource) iter.Seq2[crawler.Resource, error] {
	return func(yield func(crawler.Resource, error) bool) {
		for r, err := range resources {
			if err == nil {
				found[r.URL] = r
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// take makes a plan's targets those of the launch, with what goes last behind the others.
func (r *launcher) take(targets []planner.Target, found map[string]crawler.Resource) {
	var last []launchTarget
	for _, t := range targets {
		of := found[t.URL]
		item := launch.Item{URL: t.URL, Zone: t.Zone, Cost: t.Cost, Bytes: of.Bytes, Last: t.Kind == crawler.Playlist}
		launched := launchTarget{Item: item, title: titleOf(&of), rendition: renditionOf(&of), whole: t.Title}
		if item.Last {
			last = append(last, launched)
			continue
		}
		r.targets = append(r.targets, launched)
	}
	r.targets = append(r.targets, last...)
	r.items = map[string]int{}
	for i, t := range r.targets {
		r.items[t.URL] = i
	}
}

// wholes are the playlists of the titles that the targets are part of.
func (r *launcher) wholes(yield func(url, title string) bool) {
	for _, t := range r.targets {
		if !yield(t.URL, t.whole) {
			return
		}
	}
}

// titleOf is the playlist of the whole, else what the resource was found in, else itself.
func titleOf(r *crawler.Resource) string {
	for _, url := range []string{r.Title, r.Parent} {
		if url != "" {
			return url
		}
	}
	return r.URL
}

// renditionOf names the playlist that a resource is, or is listed by, within its title.
func renditionOf(r *crawler.Resource) string {
	playlist := r.Parent
	if r.Kind == crawler.Playlist {
		playlist = r.URL
	}
	if playlist == r.Title || r.Title == "" {
		return ""
	}
	if below, ok := strings.CutPrefix(playlist, r.Title[:strings.LastIndexByte(r.Title, '/')+1]); ok {
		return below
	}
	return playlist
}

// values are the targets one by one.
func values(targets []submitter.Target) iter.Seq[submitter.Target] { return slices.Values(targets) }
