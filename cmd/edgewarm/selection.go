package main

import (
	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/internal/config"
)

// selected is the config with what was chosen by flags.
func (a *app) selected(n need, s *selection) (*config.Config, error) {
	c, err := a.config(n)
	if err != nil {
		return nil, err
	}
	return c, s.apply(c)
}

// selection binds the flags that choose among renditions. They beat the config: what is given is set on it by apply.
type selection struct {
	cmd   *cobra.Command
	given config.Playlists
}

func (s *selection) bind(cmd *cobra.Command) {
	s.cmd = cmd
	flags := cmd.Flags()
	g, r := &s.given, &s.given.Renditions
	flags.DurationVar(&g.Start, "start", 0, "only the first `TIME` of each rendition (60s)")
	flags.DurationVar(&g.From, "from", 0, "leave out the first `TIME` of each rendition")
	flags.IntVar(&r.MaxHeight, "max-height", 0, "only renditions of at most so many `LINES`")
	flags.IntVar(&r.MinHeight, "min-height", 0, "only renditions of at least so many `LINES`")
	flags.Int64Var(&r.MaxBandwidth, "max-bandwidth", 0, "only renditions of at most so many `BITS` a second")
	flags.Int64Var(&r.MinBandwidth, "min-bandwidth", 0, "only renditions of at least so many `BITS` a second")
	flags.StringSliceVar(&r.Codecs, "codec", nil, "only variants whose codecs begin with `CODEC`; may be repeated")
	flags.StringSliceVar(&r.Languages, "language", nil, "only audio and subtitles of `LANGUAGE`; may be repeated")
	flags.IntVar(&r.Best, "best", 0, "only the best `COUNT` variants")
	flags.IntVar(&r.Worst, "worst", 0, "only the worst `COUNT` variants")
	flags.BoolVar(&r.Default, "default-only", false, "of each group of renditions only the default ones")
}

// apply sets what was given on the config, and checks the whole.
func (s *selection) apply(c *config.Config) error {
	p, r := &c.Playlists, &c.Playlists.Renditions
	g, gr := s.given, s.given.Renditions
	for name, set := range map[string]func(){
		"start":         func() { p.Start = g.Start },
		"from":          func() { p.From = g.From },
		"max-height":    func() { r.MaxHeight = gr.MaxHeight },
		"min-height":    func() { r.MinHeight = gr.MinHeight },
		"max-bandwidth": func() { r.MaxBandwidth = gr.MaxBandwidth },
		"min-bandwidth": func() { r.MinBandwidth = gr.MinBandwidth },
		"codec":         func() { r.Codecs = gr.Codecs },
		"language":      func() { r.Languages = gr.Languages },
		"best":          func() { r.Best = gr.Best },
		"worst":         func() { r.Worst = gr.Worst },
		"default-only":  func() { r.Default = gr.Default },
	} {
		if s.cmd.Flags().Changed(name) {
			set()
		}
	}
	return c.Validate()
}
