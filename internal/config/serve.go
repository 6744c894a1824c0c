package config

import "time"

// Serve says what edgewarm serve does.
type Serve struct {
	// Listen is where the dashboard, the metrics and the events' input are. Default: 127.0.0.1:9321, this machine only.
	Listen string `yaml:"listen"`
	// Token says where the token is found that events and actions must bring: env:NAME or file:PATH. Without one there,
	// both are refused. Default: env:EDGEWARM_TOKEN.
	Token string `yaml:"token"`
	// Schedules say when to run. Default: none.
	Schedules []Schedule `yaml:"schedules"`
	// CatchUp runs what was missed or broken off while edgewarm was not there, once. Default: true.
	CatchUp bool `yaml:"catch_up"`
	// Log is text or json: how log lines are written. Default: text.
	Log string `yaml:"log" oneof:"text json"`
	// RiverUI is where the dashboard links to for each job of the workers: auto is a River UI of its own, at /river/, where
	// state is a database; off is nowhere; the URL of another River UI is that. Default: auto.
	RiverUI string `yaml:"river_ui"`
	// Webhook is told when a run has ended.
	Webhook Webhook `yaml:"webhook"`
}

// Schedule is one time to run.
type Schedule struct {
	// Name is what runs, metrics and logs call it; each has its own.
	Name string `yaml:"name"`
	// Cron is an expression as internal/schedule reads it.
	Cron string `yaml:"cron"`
	// Sources are those of the config's sources that it looks at, by their url, list, bucket or git. Default: all of them.
	Sources []string `yaml:"sources"`
	// Wait is how long jobs are polled to their end; 0 is not at all. Default: 0s.
	Wait time.Duration `yaml:"wait"`
}

// Webhook is told when a run has ended.
type Webhook struct {
	// URL says where its URL is found, which is mostly a secret: env:NAME or file:PATH. Empty: nobody is told.
	URL string `yaml:"url"`
	// When is all or failure: whether runs that ended well are told of too. Default: all.
	When string `yaml:"when" oneof:"all failure"`
	// Template is a Go template of the body, as internal/webhook reads it. Empty: all that there is to tell, as JSON.
	Template string `yaml:"template"`
}

// Of are the sources that the schedule looks at.
func (s Schedule) Of(all []Source) []Source {
	if len(s.Sources) == 0 {
		return all
	}
	var chosen []Source
	for _, source := range all {
		for _, name := range s.Sources {
			if source.Name() == name {
				chosen = append(chosen, source)
			}
		}
	}
	return chosen
}

// Name is what a source is called by: whatever of it says where it is.
func (s Source) Name() string { return s.URL + s.List + s.Bucket + s.Git }
