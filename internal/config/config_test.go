package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/edgewarm/edgewarm/internal/config"
)

var plainFields = cmpopts.IgnoreUnexported(config.Config{})

// full is the example of the design, every key in it.
const full = `
account:
  endpoint: teo.intl.tencentcloudapi.com     # or http://127.0.0.1:PORT of a simulator
  zones:                                     # left out: asked from the API
    zone-2o1t7p6a: [cdn.example.com, "*.vod.example.com"]
  credentials: env                           # env | profile | tccli | cvm | tke
sources:
  - https://www.example.com/
  - {url: https://cdn.example.com/new/master.m3u8, weight: 10}
  - {list: urls.txt}
crawl:
  include: []
  exclude: ["*/private/*"]
  rewrite: [{from: "https://origin.example.com/", to: "https://cdn.example.com/"}]
  page_depth: 1
  playlist_depth: 3
  concurrency: 32
  rate: 50
  robots: obey
  private_networks: false
  timeout: 30s
  headers: {}
playlists:
  segments: local
  start: 0s
  renditions: {}
  live: window
popularity:
  logs: ["/var/log/edgeone/*.log.gz"]
  format: auto
  half_life: 24h
plan:
  quota: auto
  reserve: 10%
  ttl: 24h
submit:
  rate: 20
  headers: {}
state: edgewarm.db
`

func fullConfig() *config.Config {
	c := config.Default()
	c.Account.Zones = map[string][]string{"zone-2o1t7p6a": {"cdn.example.com", "*.vod.example.com"}}
	c.Sources = []config.Source{
		{URL: "https://www.example.com/", Weight: 1},
		{URL: "https://cdn.example.com/new/master.m3u8", Weight: 10},
		{List: "urls.txt", Weight: 1},
	}
	c.Crawl.Exclude = []string{"*/private/*"}
	c.Crawl.Rewrite = []config.Rewrite{{From: "https://origin.example.com/", To: "https://cdn.example.com/"}}
	c.Popularity.Logs = []string{"/var/log/edgeone/*.log.gz"}
	return c
}

// changed is the default configuration with one thing changed.
func changed(change func(*config.Config)) *config.Config {
	c := config.Default()
	change(c)
	return c
}

// good has the files that are read, and what of.
var good = []struct {
	name, yaml string
	environ    []string
	want       *config.Config
}{
	{"empty", "", nil, config.Default()},
	{"comments only", "# nothing\n\n", nil, config.Default()},
	{"document marker", "---\nstate: a.db\n", nil, changed(func(c *config.Config) { c.State = "a.db" })},
	{"every key", full, nil, fullConfig()},
	{"byte order mark", "\xef\xbb\xbfstate: a.db", nil, changed(func(c *config.Config) { c.State = "a.db" })},
	{"CRLF", "crawl:\r\n  rate: 5\r\n  robots: ignore\r\n", nil, changed(func(c *config.Config) { c.Crawl.Rate = 5; c.Crawl.Robots = "ignore" })},
	{"CR", "crawl:\r  rate: 5\r", nil, changed(func(c *config.Config) { c.Crawl.Rate = 5 })},
	{"sections of comments", "crawl:\n  # rate: 5\nplan:\nsources:\n", nil, config.Default()},
	{"days", "plan: {ttl: 7d}", nil, changed(func(c *config.Config) { c.Plan.TTL = 7 * 24 * time.Hour })},
	{"days and hours", "plan: {ttl: 1d12h}", nil, changed(func(c *config.Config) { c.Plan.TTL = 36 * time.Hour })},
	{"zero without a unit", "popularity: {half_life: 0}", nil, changed(func(c *config.Config) { c.Popularity.HalfLife = 0 })},
	{"demand", `popularity:
  logs: ["s3://logs/edgeone/?region=ap-guangzhou&endpoint=https://cos.ap-guangzhou.myqcloud.com"]
  format: '$host $remote_addr [$time_local] "$request" $status'
  memory: 1.5GiB
  base: https://www.example.com/
  cache_key: {query: keep, keep: [v], strip: [token, "utm_*"]}
  remember: /var/lib/edgewarm/demand
  required: false
  sql: {dsn: "clickhouse://reader@db:8123/logs", query: "SELECT url, count() FROM requests GROUP BY url"}
  edgeone: top
  edgeone_days: 31
`, nil, changed(func(c *config.Config) {
		c.Popularity = config.Popularity{
			Logs:     []string{"s3://logs/edgeone/?region=ap-guangzhou&endpoint=https://cos.ap-guangzhou.myqcloud.com"},
			Format:   `$host $remote_addr [$time_local] "$request" $status`,
			HalfLife: 24 * time.Hour, Memory: 3 << 29, Base: "https://www.example.com/",
			CacheKey: config.CacheKey{Query: "keep", Keep: []string{"v"}, Strip: []string{"token", "utm_*"}},
			Remember: "/var/lib/edgewarm/demand",
			SQL:      config.SQL{DSN: "clickhouse://reader@db:8123/logs", Query: "SELECT url, count() FROM requests GROUP BY url"},
			EdgeOne:  config.Top, EdgeOneDays: 31,
		}
	})},
	{"reserve in units", "plan: {reserve: 500}", nil, changed(func(c *config.Config) { c.Plan.Reserve = config.Reserve{Units: 500} })},
	{"half a percent", "plan: {reserve: 0.5%}", nil, changed(func(c *config.Config) { c.Plan.Reserve = config.Reserve{Percent: 0.5} })},
	{"no reserve", "plan: {reserve: 0}", nil, changed(func(c *config.Config) { c.Plan.Reserve = config.Reserve{} })},
	{"rules", "plan:\n  pin: [https://cdn.example.com/new/master.m3u8]\n  block: ['*.log']\n  boost: [{match: '*/news/*', times: 2.5}]\n" +
		"  floor: [{match: kids.example.com, least: 10%}]\n  cap: [{match: '*/1080p/*', most: 500}]\n  per_title_cap: 60\n  miss: {start: 1, mib: 0.02}\n  holdout: 2%\n", nil, changed(func(c *config.Config) {
		c.Plan.Pin, c.Plan.Block = []string{"https://cdn.example.com/new/master.m3u8"}, []string{"*.log"}
		c.Plan.Boost = []config.Boost{{Match: "*/news/*", Times: 2.5}}
		c.Plan.Floor = []config.Floor{{Match: "kids.example.com", Least: config.Reserve{Percent: 10}}}
		c.Plan.Cap = []config.Cap{{Match: "*/1080p/*", Most: config.Reserve{Units: 500}}}
		c.Plan.PerTitleCap, c.Plan.Miss = 60, config.Miss{Start: 1, MiB: 0.02}
		c.Plan.HoldOut = config.Reserve{Percent: 2}
	})},
	{"quota of a number", "plan: {quota: 10_000}", nil, changed(func(c *config.Config) { c.Plan.Quota = 10000 })},
	{"quota of nothing", "plan: {quota: 0}", nil, changed(func(c *config.Config) { c.Plan.Quota = 0 })},
	{"hosts are normal", "account: {zones: {zone-a: [CDN.Example.COM, 127.0.0.1:8080, '*.Bücher.example.']}}", nil, changed(func(c *config.Config) {
		c.Account.Zones = map[string][]string{"zone-a": {"cdn.example.com", "127.0.0.1", "*.xn--bcher-kva.example"}}
	})},
	{"simulator", "account: {endpoint: 'http://127.0.0.1:9000'}", nil, changed(func(c *config.Config) { c.Account.Endpoint = "http://127.0.0.1:9000" })},
	{"headers", "crawl:\n  headers:\n    X-Version: 2\n    X-On: true\n    Authorization: |\n      Bearer abc\n", nil, changed(func(c *config.Config) {
		c.Crawl.Headers = map[string]string{"X-Version": "2", "X-On": "true", "Authorization": "Bearer abc"}
	})},
	{"other sources", "sources:\n  - {list: urls.csv, weight: 3}\n  - {bucket: 's3://videos/new/?region=eu-west-1&use_path_style=true&endpoint=http://127.0.0.1:9000'}\n" +
		"  - {git: ../site, from: v1.0, to: main, path: public/, base: 'https://www.example.com/'}\n  - {git: ., from: HEAD~1}\n" +
		"crawl: {rewrite: [{from: 's3://videos/', to: 'https://cdn.example.com/'}, {from: 'git:', to: 'https://www.example.com/'}]}\n", nil, changed(func(c *config.Config) {
		c.Sources = []config.Source{
			{List: "urls.csv", Weight: 3},
			{Bucket: "s3://videos/new/?region=eu-west-1&use_path_style=true&endpoint=http://127.0.0.1:9000", Weight: 1},
			{Git: "../site", From: "v1.0", To: "main", Path: "public/", Base: "https://www.example.com/", Weight: 1},
			{Git: ".", From: "HEAD~1", Weight: 1},
		}
		c.Crawl.Rewrite = []config.Rewrite{{From: "s3://videos/", To: "https://cdn.example.com/"}, {From: "git:", To: "https://www.example.com/"}}
	})},
	{"renditions", "playlists: {renditions: {max_height: 1080, min_height: 240, min_bandwidth: 1, max_bandwidth: 5000000000, languages: [en], codecs: [avc1], iframes: false, keys: true, best: 2, worst: 1}}", nil, changed(func(c *config.Config) {
		c.Playlists.Renditions = config.Renditions{MinHeight: 240, MaxHeight: 1080, MinBandwidth: 1, MaxBandwidth: 5_000_000_000, Languages: []string{"en"}, Codecs: []string{"avc1"}, Keys: true, Best: 2, Worst: 1}
	})},
	{"environment", "crawl: {rate: 5}\n", []string{
		"EDGEWARM_CRAWL_RATE=7.5", "EDGEWARM_STATE=/var/lib/e.db", "EDGEWARM_ACCOUNT_ENDPOINT=http://127.0.0.1:1",
		"EDGEWARM_CRAWL_PRIVATE_NETWORKS=true", "EDGEWARM_PLAN_RESERVE=5%", "EDGEWARM_PLAN_QUOTA=12", "EDGEWARM_PLAN_TTL=2d",
		"EDGEWARM_PLAYLISTS_RENDITIONS_MAX_HEIGHT=720", "EDGEWARM_CORPORA=/x", "PATH=/bin", "EDGEWARM_CRAWL_ROBOTS=",
	}, changed(func(c *config.Config) {
		c.Crawl.Rate, c.State, c.Account.Endpoint, c.Crawl.PrivateNetworks = 7.5, "/var/lib/e.db", "http://127.0.0.1:1", true
		c.Plan.Reserve, c.Plan.Quota, c.Plan.TTL = config.Reserve{Percent: 5}, 12, 48*time.Hour
		c.Playlists.Renditions.MaxHeight = 720
	})},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range good {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := config.Parse("edgewarm.yaml", []byte(c.yaml), c.environ)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got, plainFields, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
			if err := got.Validate(); err != nil {
				t.Errorf("what was parsed is not valid: %v", err)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "edgewarm.yaml")
	if err := os.WriteFile(path, []byte("state: from-a-file.db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := c.State, "from-a-file.db"; got != want {
		t.Errorf("got state %q, want %q", got, want)
	}
}

func TestLoadOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "missing.yaml")
	_, err := config.Load(missing)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want it to wrap fs.ErrNotExist", err)
	}
	if got, want := err.Error(), missing+": there is no such file (write one with edgewarm init, or name another with -c FILE)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	_, err = config.Load(t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "cannot be read: is a directory") {
		t.Errorf("got %v for a folder", err)
	}
}

func TestReserveOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r           config.Reserve
		daily, want int
	}{
		{config.Reserve{}, 1000, 0},
		{config.Reserve{Percent: 10}, 1000, 100},
		{config.Reserve{Percent: 10}, 1001, 101},
		{config.Reserve{Percent: 1.1}, 1000, 11},
		{config.Reserve{Percent: 10}, 0, 0},
		{config.Reserve{Percent: 100}, 7, 7},
		{config.Reserve{Units: 50}, 1000, 50},
		{config.Reserve{Units: 5000}, 1000, 1000},
	} {
		if got := c.r.Of(c.daily); got != c.want {
			t.Errorf("%+v of %d: got %d, want %d", c.r, c.daily, got, c.want)
		}
	}
}
