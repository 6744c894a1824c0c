// Package config reads edgewarm's configuration: a YAML file, with environment variables over it.
//
//	c, err := config.Load("edgewarm.yaml") // err is an *Error that holds every problem, each with its place
//
// A value comes from its environment variable if that is set and not empty, else from the file, else from Default. Flags
// of the command line are set on the Config afterwards; Validate checks the whole once more.
//
// Reading is strict: a key that is not known, a key twice, or a value that cannot be is an error with file, line, column
// and, where one is near, the key that was meant. Credentials never stand in the file.
package config

import "time"

// Config is the effective configuration. Its fields are plain data; Default documents what each is when nothing is said.
// The names in the tags are those of the YAML file.
type Config struct {
	Account    Account    `yaml:"account"`
	Sources    []Source   `yaml:"sources"`
	Crawl      Crawl      `yaml:"crawl"`
	Playlists  Playlists  `yaml:"playlists"`
	Popularity Popularity `yaml:"popularity"`
	Plan       Plan       `yaml:"plan"`
	Submit     Submit     `yaml:"submit"`
	Verify     Verify     `yaml:"verify"`
	Serve      Serve      `yaml:"serve"`
	// State is the ledger: the path of an SQLite file, relative to the working directory like every path here, or a
	// postgres:// DSN, whose password is masked wherever it is shown. Default: edgewarm.db.
	State string `yaml:"state"`

	// file is what errors call the file; places tells where each value was read, by its key. What is not in it is a
	// default.
	file   string
	places map[string]place
}

// Account says which service is called, and as whom.
type Account struct {
	// API is edgeone, or http: to warm by GET through a CDN or cache that has no prefetch API. Default: edgeone.
	API string `yaml:"api" oneof:"edgeone http"`
	// Endpoint is the host of the API, or the http:// URL of a simulator on loopback.
	// Default: teo.intl.tencentcloudapi.com.
	Endpoint string `yaml:"endpoint"`
	// Zones maps a zone's ID to its hosts, exact or *.example.com, in lower-case ASCII without port. The ID "*" has hosts of
	// which the API is asked whose they are; an account that may not ask submits them to *, within plan.quota. Empty: all
	// are asked from the API.
	Zones map[string][]string `yaml:"zones"`
	// Credentials says where the secrets are found: env, profile, tccli, cvm or tke. Default: env.
	Credentials string `yaml:"credentials" oneof:"env profile tccli cvm tke"`
}

// EveryZone is the zone of hosts that may be of any zone of the account.
const EveryZone = "*"

// Source is where discovery begins. Exactly one of URL, List, Bucket and Git is set.
type Source struct {
	// URL is a site, robots.txt, sitemap, feed, page or playlist.
	URL string `yaml:"url"`
	// List is a file of URLs, one a line, each perhaps with a weight behind a comma; or a CSV or TSV file whose header
	// names a column url and perhaps one weight. It may be compressed; - is stdin.
	List string `yaml:"list"`
	// Bucket is s3://bucket/prefix?region=…&endpoint=…: its objects, which crawl.rewrite maps from s3://bucket/ to URLs.
	// Its parameters are those of BucketParameters.
	Bucket string `yaml:"bucket"`
	// Git is the folder of a repository: the files below Path that are new or different in To against From. Base is the
	// URL of Path; without one, crawl.rewrite maps from git: to URLs.
	Git string `yaml:"git"`
	// From and To are revisions. Default of To: HEAD.
	From string `yaml:"from"`
	To   string `yaml:"to"`
	// Path is a folder of the repository. Default: all of it.
	Path string `yaml:"path"`
	Base string `yaml:"base"`
	// Weight multiplies the demand of what the source leads to. Default: 1.
	Weight float64 `yaml:"weight"`
}

// Crawl bounds what is fetched and how fast.
type Crawl struct {
	// Include has globs on the URL, one of which must match; empty lets all through. Exclude wins over it.
	Include []string `yaml:"include"`
	Exclude []string `yaml:"exclude"`
	// Rewrite maps the beginnings of URLs, the first match only, from the host that is crawled to the one that is warmed;
	// and s3://bucket/… and git:… of sources to the URLs that are crawled.
	Rewrite []Rewrite `yaml:"rewrite"`
	// PageDepth is how many links deep pages are opened; 0 opens only pages that are sources. Default: 1.
	PageDepth int `yaml:"page_depth"`
	// PlaylistDepth is how many levels of playlists are resolved; 0 opens none. Default: 3, EdgeOne's own bound.
	PlaylistDepth int `yaml:"playlist_depth"`
	// Concurrency is how many fetches are open at once. Default: 32.
	Concurrency int `yaml:"concurrency"`
	// Rate is how many requests a second one host gets. Default: 50.
	Rate float64 `yaml:"rate"`
	// Robots is obey or ignore: whether robots.txt says what may be opened. Default: obey.
	Robots string `yaml:"robots" oneof:"obey ignore"`
	// PrivateNetworks lets the crawler reach loopback and private addresses. Default: false.
	PrivateNetworks bool `yaml:"private_networks"`
	// Timeout bounds one fetch, its body included. Default: 30s.
	Timeout time.Duration `yaml:"timeout"`
	// Headers go with each request to the hosts of the sources.
	Headers map[string]string `yaml:"headers"`
	// Workers lets the processes of edgewarm worker open the documents of a run and read its logs, where state names a
	// PostgreSQL. A dry run and plan are alone. Default: false.
	Workers bool `yaml:"workers"`
}

// Rewrite replaces the beginning From of a URL by To.
type Rewrite struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// Playlists says how HLS is resolved.
type Playlists struct {
	// Segments is local (each segment is a target) or edge (the service resolves the playlists of whole titles by itself,
	// for accounts that were allowed it). Default: local.
	Segments string `yaml:"segments" oneof:"local edge"`
	// Start takes only this much of each rendition; 0 takes all of it, which is the default.
	Start time.Duration `yaml:"start"`
	// From leaves out so much of the beginning of each rendition. Default: 0s.
	From time.Duration `yaml:"from"`
	// Renditions chooses among the renditions of a title. Default: all of them.
	Renditions Renditions `yaml:"renditions"`
	// Live is window or skip: whether the segments that a live playlist lists now are taken. Default: window.
	Live string `yaml:"live" oneof:"window skip"`
	// LiveLast takes only so many of the last segments of a live playlist; 0 takes all of its window. Default: 0.
	LiveLast int `yaml:"live_last"`
	// Query is none, append or missing: whether a playlist's own query is handed down to what it lists, added behind what
	// a URL states or only where it states none. Default: none.
	Query string `yaml:"query" oneof:"none append missing"`
}

// Renditions chooses among the renditions of a title; a bound of 0 does not bind.
type Renditions struct {
	MinHeight int `yaml:"min_height"`
	MaxHeight int `yaml:"max_height"`
	// MinBandwidth and MaxBandwidth are in bits a second.
	MinBandwidth int64 `yaml:"min_bandwidth"`
	MaxBandwidth int64 `yaml:"max_bandwidth"`
	// Languages keeps the audio and subtitles of these languages; empty keeps all.
	Languages []string `yaml:"languages"`
	// Codecs keeps the variants whose codecs begin with one of these, such as avc1; empty keeps all.
	Codecs []string `yaml:"codecs"`
	// Default keeps of each group of renditions the default ones only. Default: false.
	Default bool `yaml:"default"`
	// IFrames takes the I-frame playlists too. Default: true.
	IFrames bool `yaml:"iframes"`
	// Keys takes the URLs of encryption keys too, which are secrets and rarely cacheable. Default: false.
	Keys bool `yaml:"keys"`
	// Best and Worst keep that many variants from the top and from the bottom; 0 and 0 keep all.
	Best  int `yaml:"best"`
	Worst int `yaml:"worst"`
}

// Plan bounds what is submitted in a day.
type Plan struct {
	// Quota is how many units a zone may spend in a day; AutoQuota, the default, asks the API.
	Quota int `yaml:"quota" auto:"auto"`
	// Reserve is what a plan leaves untouched of the day's quota. Default: 10%.
	Reserve Reserve `yaml:"reserve"`
	// TTL is how long a warmed target counts as warm and is left out. Default: 24h.
	TTL time.Duration `yaml:"ttl"`
	// Pin has patterns of what comes before everything else, Block of what is never warmed. A pattern without a slash is
	// one of hosts, any other a glob of a URL or of the URL of a title, and then holds for all of the title.
	Pin   []string `yaml:"pin"`
	Block []string `yaml:"block"`
	// Boost multiplies what matching targets are worth.
	Boost []Boost `yaml:"boost"`
	// Floor is what matching targets get at least of each zone's budget, Cap what they get at most. The first that matches
	// counts.
	Floor []Floor `yaml:"floor"`
	Cap   []Cap   `yaml:"cap"`
	// PerTitleCap is how many units the parts of one title may take; 0 is any number. Default: 0.
	PerTitleCap int `yaml:"per_title_cap"`
	// Miss is what a miss costs beside 1.
	Miss Miss `yaml:"miss"`
	// HoldOut is the share of targets, at most a half, that stays cold by lot, so that the effect of warming can be
	// measured: see edgewarm effect. 2% is enough for most. Default: 0%.
	HoldOut Reserve `yaml:"holdout"`
}

// Boost is a pattern and what it multiplies by.
type Boost struct {
	Match string  `yaml:"match"`
	Times float64 `yaml:"times"`
}

// Floor is a pattern and the least that it gets.
type Floor struct {
	Match string  `yaml:"match"`
	Least Reserve `yaml:"least"`
}

// Cap is a pattern and the most that it gets.
type Cap struct {
	Match string  `yaml:"match"`
	Most  Reserve `yaml:"most"`
}

// Miss is what a miss costs beside 1.
type Miss struct {
	// Start is added for what a viewer waits for before the first frame. Default: 0, since more misses in all are avoided
	// when all cost the same.
	Start float64 `yaml:"start"`
	// MiB is added for each MiB that the origin sends. Default: 0.
	MiB float64 `yaml:"mib"`
}

// Submit says how the API is called.
type Submit struct {
	// Rate is the requests a second: of EdgeOne at most 20, the API's own limit; of the api http those to the cache.
	// Default: 20.
	Rate float64 `yaml:"rate"`
	// Mode is default, which warms the middle layer, or edge, which warms the edge too and is only for accounts that were
	// allowed it. Default: default.
	Mode string `yaml:"mode" oneof:"default edge"`
	// Propagation is how long the service may take to list a URL that it accepted: what was sent and not answered is not
	// sent again sooner. Default: 10s.
	Propagation time.Duration `yaml:"propagation"`
	// Reset is when the service makes quotas whole: an hour of the day and its time zone, such as 00:00 Asia/Shanghai; or
	// auto, which learns it from what the service says of quotas, and takes 00:00 Asia/Shanghai until then. Default: auto.
	Reset string `yaml:"reset"`
	// Early is how much of what a plan may spend in a zone goes out while sources are still being read, when it is certain to
	// be planned: a share, or a number of units. It is also the most that may be spent so on what the plan would not have
	// chosen. Default: 0%, which waits for the plan.
	Early Reserve `yaml:"early"`
	// Headers go with each request by which the service fetches a target. Of those that caches do not commonly tell
	// variants apart by, each must be in KeyedHeaders.
	Headers map[string]string `yaml:"headers"`
	// KeyedHeaders are names that the zone's cache key holds too. Default: none.
	KeyedHeaders []string `yaml:"keyed_headers"`
}

// Verify says how it is looked whether caches have what was warmed.
type Verify struct {
	// Vantage is the name of the place that it is looked from: each cache answers for its own region. Default: the name of
	// this machine.
	Vantage string `yaml:"vantage"`
}

// Default returns the configuration of an empty file in an empty environment.
func Default() *Config {
	return &Config{
		Account: Account{API: "edgeone", Endpoint: "teo.intl.tencentcloudapi.com", Credentials: "env"},
		Crawl: Crawl{
			PageDepth: 1, PlaylistDepth: 3, Concurrency: 32, Rate: 50, Robots: "obey", Timeout: 30 * time.Second,
		},
		Playlists:  Playlists{Segments: "local", Live: "window", Query: "none", Renditions: Renditions{IFrames: true}},
		Popularity: defaultPopularity(),
		Plan:       Plan{Quota: AutoQuota, Reserve: Reserve{Percent: 10}, TTL: 24 * time.Hour},
		Submit:     Submit{Rate: 20, Mode: "default", Reset: AutoReset, Propagation: 10 * time.Second},
		Serve:      Serve{Listen: "127.0.0.1:9321", Token: "env:EDGEWARM_TOKEN", CatchUp: true, Log: "text", RiverUI: Auto, Webhook: Webhook{When: "all"}},
		State:      "edgewarm.db",
	}
}
