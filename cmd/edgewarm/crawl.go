package main

import (
	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/warm"
)

func (a *app) crawlCommand() *cobra.Command {
	var chosen selection
	cmd := &cobra.Command{
		Use:   "crawl [URL…]",
		Short: "Print the resources that sites, sitemaps, pages and playlists lead to, as JSON lines",
		Long: `crawl opens the URLs, or the config's sources, and all that they lead to within the
config's depths, and prints one JSON line for each distinct URL: url kind role parent
depth lastmod priority changefreq published views start duration bandwidth bytes title error.

Exit code 3 says that some documents could not be opened or read to their end.`,
		Example: `  edgewarm crawl https://www.example.com/
  edgewarm crawl https://cdn.example.com/v/master.m3u8 | edgewarm plan - | edgewarm submit -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.selected(optional, &chosen)
			if err != nil {
				return err
			}
			a.streams()
			w := a.warmer(c, "crawl")
			faults := 0
			crawl := w.Crawler(&faults)
			resources := crawl.Crawl(cmd.Context(), args...)
			if len(args) == 0 {
				if len(c.Sources) == 0 {
					return usage("edgewarm crawl https://www.example.com/", "nothing to crawl: no URL is given, and the config has no sources")
				}
				if err := oneReader(listReaders(c)); err != nil {
					return err
				}
				seeds, err := w.Seeds(cmd.Context(), crawl, a.stdin, &faults)
				if err != nil {
					return err
				}
				resources = w.Discover(cmd.Context(), crawl, seeds)
			}
			out, flush := a.out()
			n := 0
			var line []byte
			for r, err := range resources {
				if err != nil {
					return join(flush(), err)
				}
				line = append(r.AppendJSON(line[:0]), '\n')
				if _, err := out.Write(line); err != nil {
					return err
				}
				n++
				w.Watch.Progress(warm.StageCrawl, n, 0)
			}
			if faults > 0 {
				a.code = warm.ExitPartly
			}
			return flush()
		},
	}
	chosen.bind(cmd)
	return cmd
}
