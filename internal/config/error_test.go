package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/config"
)

// bad has the files that are refused, and all that is said of each.
var bad = []struct {
	name, yaml string
	environ    []string
	want       string
}{
	{"unknown key", "crawl:\n  rat: 5\n", nil, `e.yaml:2:3: unknown key "rat" in crawl (did you mean rate?)`},
	{"unknown section", "crawler:\n  rate: 5\n", nil, `e.yaml:1:1: unknown key "crawler" (did you mean crawl?)`},
	{"swapped letters", "playlists: {segmetns: local}", nil, `e.yaml:1:13: unknown key "segmetns" in playlists (did you mean segments?)`},
	{"camel case", "plan:\n  Reserve: 5%\ncrawl:\n  pageDepth: 2\n  private-networks: true\n", nil, `
e.yaml:2:3: unknown key "Reserve" in plan (did you mean reserve?)
e.yaml:4:3: unknown key "pageDepth" in crawl (did you mean page_depth?)
e.yaml:5:3: unknown key "private-networks" in crawl (did you mean private_networks?)`},
	{"another section's key", "half_life: 3d\ncrawl: {ttl: 1d}\n", nil, `
e.yaml:1:1: unknown key "half_life" (it belongs under popularity)
e.yaml:2:9: unknown key "ttl" in crawl (it belongs under plan)`},
	{"nothing near", "crawl: {rewrite: [{from: \"https://a/\", to: \"https://b/\", frobnicate: 1}]}", nil, `e.yaml:1:58: unknown key "frobnicate" in crawl.rewrite[0] (the keys here are from, to)`},
	{"key twice", "state: a\ncrawl:\n  rate: 1\nstate: b\n", nil, `e.yaml:4:1: state is given twice, first in line 1 (keep one of them)`},
	{"header twice", "submit:\n  headers: {A: 1, A: 2}\n", nil, `e.yaml:2:19: submit.headers.A is given twice, first in line 2 (keep one of them)`},
	{"word", "crawl: {robots: obay}\nplaylists: {live: all}", nil, `
e.yaml:1:17: crawl.robots is "obay", which is not one of obey or ignore (did you mean obey?)
e.yaml:2:19: playlists.live is "all", which is not one of window or skip`},
	{"number", "crawl:\n  rate: fast\n  concurrency: 1.5\n  page_depth: -1\n", nil, `
e.yaml:2:9: crawl.rate is "fast", which is not a number
e.yaml:3:16: crawl.concurrency is "1.5", which is not a whole number from 0
e.yaml:4:15: crawl.page_depth is "-1", which is not a whole number from 0`},
	{"out of range", "crawl: {rate: 0, concurrency: 0, playlist_depth: 4}\nsubmit: {rate: 21}\n", nil, `
e.yaml:1:15: crawl.rate is 0, which is not above 0 and at most 10000
e.yaml:1:31: crawl.concurrency is 0, which is not from 1 to 1024
e.yaml:1:50: crawl.playlist_depth is 4, which is not from 0 to 3
e.yaml:2:16: submit.rate is 21, which is not above 0 and at most 20`},
	{"infinite", "crawl: {rate: .inf}\nsubmit: {rate: .nan}", nil, `
e.yaml:1:15: crawl.rate is ".inf", which is not a number
e.yaml:2:16: submit.rate is ".nan", which is not a number`},
	{"memory", "popularity: {memory: much}", nil, `e.yaml:1:22: popularity.memory is "much", which is not a size such as 256MiB`},
	{"little memory", "popularity: {memory: 1MiB}", nil, `e.yaml:1:22: popularity.memory is less than 4MiB (leave it out for its default of 256MiB)`},
	{"sql of another server", "popularity: {sql: {dsn: 'mysql://me:canary@db/e', query: SELECT 1}}", nil, `e.yaml:1:25: popularity.sql.dsn is neither of PostgreSQL nor of ClickHouse (write postgres://USER@HOST/DATABASE or clickhouse://USER@HOST:8123/DATABASE)`},
	{"sql without a query", "popularity: {sql: {dsn: 'postgres://db/e'}}", nil, `e.yaml:1:19: popularity.sql has no query (ask for two columns: SELECT url, weight FROM …)`},
	{"sql without a database", "popularity: {sql: {query: SELECT 1}}", nil, `e.yaml:1:19: popularity.sql has no dsn (name the database: dsn: postgres://USER@HOST/DATABASE)`},
	{"key of nothing", "popularity: {cache_key: {query: drop, keep: [v]}}", nil, `e.yaml:1:33: popularity.cache_key.query is drop, which leaves nothing to keep or strip`},
	{"bucket of logs with a secret", "popularity: {logs: ['s3://logs/?region=x&secret_key=canary']}", nil, `e.yaml:1:21: popularity.logs[0] has credentials (secrets are never in this file: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment)`},
	{"too many days", "popularity: {edgeone_days: 32}", nil, `e.yaml:1:28: popularity.edgeone_days is 32, which is not from 1 to 31`},
	{"time", "crawl: {timeout: 30}\nplan: {ttl: a day}\npopularity: {half_life: -1h}\nplaylists: {start: 1h30}\n", nil, `
e.yaml:1:18: crawl.timeout is "30", which has no unit (write 30s for seconds)
e.yaml:2:13: plan.ttl is "a day", which is not a time (write it as 30s, 5m, 72h or 7d)
e.yaml:3:25: popularity.half_life is "-1h", which is below 0
e.yaml:4:20: playlists.start is "1h30", which is not a time (write it as 30s, 5m, 72h or 7d)`},
	{"time without end", "plan: {ttl: 99999999h}\ncrawl: {timeout: 0s}", nil, `
e.yaml:1:13: plan.ttl is "99999999h", which is not a time (write it as 30s, 5m, 72h or 7d)
e.yaml:2:18: crawl.timeout is 0: nothing would be done in time`},
	{"truth", "crawl: {private_networks: yes}", nil, `e.yaml:1:27: crawl.private_networks is "yes", which is not true or false (write true)`},
	{"reserve", "plan: {reserve: 110%}", nil, `e.yaml:1:17: plan.reserve is "110%", which is neither a share such as 10% nor a number of units`},
	{"held out", "plan: {holdout: 60%}", nil, `e.yaml:1:17: plan.holdout is not a share from 0% to 50% (2% is enough for most)`},
	{"held out in units", "plan: {holdout: 10}", nil, `e.yaml:1:17: plan.holdout is not a share from 0% to 50% (2% is enough for most)`},
	{"rules", "plan:\n  boost: [{match: a, times: 0}]\n  cap: [{most: 10}]\n  floor: [{match: b, least: 110%}]\n  pins: [c]\n  miss: {start: -1}\n", nil, `
e.yaml:2:29: plan.boost[0].times is 0, which is not above 0 and at most 1e+06
e.yaml:3:9: plan.cap[0].match is empty (leave it out for its default)
e.yaml:4:29: plan.floor[0].least is "110%", which is neither a share such as 10% nor a number of units
e.yaml:5:3: unknown key "pins" in plan (did you mean pin?)
e.yaml:6:17: plan.miss.start is -1, which is not from 0 to 1e+06`},
	{"quota", "plan: {quota: atuo}", nil, `e.yaml:1:15: plan.quota is "atuo", which is not auto or a whole number from 0 (did you mean auto?)`},
	{"no value", "state:\ncrawl: {rate: }", nil, `
e.yaml:1:7: state must be one value, not nothing
e.yaml:2:14: crawl.rate must be one value, not nothing`},
	{"wrong shape", "crawl: 5\nsources: https://www.example.com/\nplan: [1]\nstate: {a: b}\n", nil, `
e.yaml:1:8: crawl must be keys with values, not a single value
e.yaml:2:10: sources must be a list, not a single value (write it as [a, b], or one item a line after a dash)
e.yaml:3:7: plan must be keys with values, not a list
e.yaml:4:8: state must be one value, not keys with values`},
	{"not a mapping", "- a\n- b\n", nil, `e.yaml:1:1: the file must be keys with values, not a list`},
	{"glob unquoted", "crawl:\n  exclude: [*/private/*]\n", nil, `e.yaml:2:13: a value that begins with * is an alias in YAML, which is not supported (put it in quotes: "*…")`},
	{"anchor and tag", "crawl: &c\n  rate: 5\nstate: !!str a\n", nil, `
e.yaml:1:8: a value that begins with & is an anchor in YAML, which is not supported (put it in quotes: "&…")
e.yaml:3:8: a value that begins with ! is a tag in YAML, which is not supported (put it in quotes: "!…")`},
	{"merge key", "crawl:\n  <<: {rate: 5}\n", nil, `e.yaml:2:3: the merge key << is not supported (write the keys out)`},
	{"two documents", "state: a\n---\nstate: b\n", nil, `e.yaml:3:6: a second YAML document begins here (one file holds one configuration)`},
	{"tab", "crawl:\n\trate: 5\n", nil, `e.yaml:2:1: not YAML: found character '\t' that cannot start any token (indent with spaces, not with tabs)`},
	{"not closed", "crawl: [1, 2\nstate: a\n", nil, `e.yaml:2:1: not YAML: ',' or ']' must be specified`},
	{"UTF-16", "\xff\xfes\x00", nil, `e.yaml: the file is UTF-16 (save it as UTF-8)`},
	{"Latin-1", "state: caf\xe9.db\n", nil, `e.yaml:1:1: the line is not UTF-8 (save the file as UTF-8)`},
	{"binary", "state: a\n\x00\x01\n", nil, `e.yaml:2:1: the line has a NUL byte: this is not a text file`},
	{"large", strings.Repeat("# 0123456789abcdef\n", 20_000), nil, `e.yaml: the file is larger than 256 KiB (put long lists of URLs into a file of their own: sources: [{list: urls.txt}])`},
	{"long", strings.Repeat("\n", 10_001), nil, `e.yaml:10001:1: the file has more than 10000 lines`},
	{"state on another server", "state: mysql://me:canary@db/e", nil, `e.yaml:1:8: state begins with mysql:// (write the path of a file, or postgres://USER@HOST/DATABASE)`},
	{"state of keywords", "state: host=db password=canary", nil, `e.yaml:1:8: state is a DSN of keywords (write the path of a file, or postgres://USER@HOST/DATABASE)`},
	{"wide", "state: " + strings.Repeat("a", 20_000), nil, `e.yaml:1:1: the line is longer than 16 KiB`},
	{"deep", strings.Repeat("[[[[[[[[[[\n", 1001), nil, `e.yaml: the file has more than 10000 brackets`},
	{"secrets", "account:\n  secret_id: AKIDcanary\n  secretKey: canary\ntoken: canary\n", nil, `
e.yaml:2:3: account.secret_id is a credential (secrets are never in this file: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment)
e.yaml:3:3: account.secretKey is a credential (secrets are never in this file: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment)
e.yaml:4:1: token is a credential (secrets are never in this file: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment)`},
	{"secret as a word", "account:\n  credentials: AKIDcanary", nil, `e.yaml:2:16: account.credentials is not one of env, profile, tccli, cvm or tke (secrets are never in this file: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment)`},
	{"secrets as keys", "account:\n  credentials: {secret_id: AKIDcanary}", nil, `e.yaml:2:16: account.credentials must be one value, not keys with values (secrets are never in this file: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY in the environment)`},
	{"endpoint", "account: {endpoint: 'http://teo.tencentcloudapi.com'}", nil, `e.yaml:1:21: account.endpoint is plain http, which only a simulator on loopback may be (write the host alone: it is reached over https)`},
	{"endpoint with a path", "account: {endpoint: 'https://u:canary@teo.tencentcloudapi.com/v3'}", nil, `e.yaml:1:21: account.endpoint is not the host of an API (write teo.intl.tencentcloudapi.com, teo.tencentcloudapi.com or http://127.0.0.1:PORT of a simulator)`},
	{"zones", "account:\n  zones:\n    example.com: [a.example.com]\n    zone-b: []\n    zone-c: ['https://c.example.com/', c.example.com]\n    zone-d: [C.example.com]\n", nil, `
e.yaml:3:18: account.zones has "example.com", which is not the ID of a zone such as zone-2o1t7p6a (copy the zone's ID from the EdgeOne console)
e.yaml:4:13: account.zones.zone-b has no hosts (list them, or leave account.zones out to have them asked from the API)
e.yaml:5:14: account.zones.zone-c[0] is "https://c.example.com/", which is not a host name (write cdn.example.com or *.example.com)
e.yaml:6:14: account.zones.zone-d[0] is "C.example.com", which zone-c has already`},
	{"sources", "sources:\n  - www.example.com\n  - ftp://example.com/\n  - {weight: 2}\n  - {url: 'https://a.example/', list: b.txt}\n  - {url: 'https://a.example/', weight: 0}\n  - {uri: 'https://a.example/'}\n", nil, `
e.yaml:2:5: sources[0] is "www.example.com", which has no scheme (did you mean https://www.example.com?)
e.yaml:3:5: sources[1] begins with ftp://; only http and https are read (write it in full, such as https://www.example.com/)
e.yaml:4:5: sources[2] names no URL, list, bucket or git (write a URL, {url: …}, {list: FILE}, {bucket: s3://…} or {git: FOLDER, from: REVISION})
e.yaml:5:5: sources[3] has both a url and a list (write a source for each)
e.yaml:6:41: sources[4].weight is 0, which is not above 0 and at most 1e+09 (leave the source out to have nothing of it)
e.yaml:7:5: sources[5] names no URL, list, bucket or git (write a URL, {url: …}, {list: FILE}, {bucket: s3://…} or {git: FOLDER, from: REVISION})
e.yaml:7:6: unknown key "uri" in sources[5] (did you mean url?)`},
	{"buckets", "sources:\n  - {bucket: videos}\n  - {bucket: 's3://key:canary@videos/'}\n  - {bucket: 's3://videos/?regoin=a'}\n  - {bucket: 's3://videos/?aws_secret_access_key=canary'}\n  - {bucket: 's3://videos/?endpoint=127.0.0.1'}\n  - {bucket: 's3://videos/?endpoint=https://u:canary@a.example/'}\n  - {bucket: 's3://videos/a/', base: 'https://a.example/'}\n" +
		"crawl: {rewrite: [{from: 's3://videos/b/', to: 'https://a.example/'}]}\n", nil, `
e.yaml:2:14: sources[0].bucket is not the URL of a bucket (write it as s3://bucket/prefix?region=eu-west-1)
e.yaml:3:14: sources[1].bucket has credentials (secrets are never in this file: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment)
e.yaml:4:14: sources[2].bucket has the unknown parameter "regoin" (did you mean region?)
e.yaml:5:14: sources[3].bucket has credentials (secrets are never in this file: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment)
e.yaml:6:14: sources[4].bucket has an endpoint that is no http or https URL (write endpoint=https://…)
e.yaml:7:14: sources[5].bucket has credentials (secrets are never in this file: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment)
e.yaml:8:14: sources[6].bucket has no URLs: nothing in crawl.rewrite begins with "s3://videos/" (add to crawl.rewrite: {from: "s3://videos/", to: "https://cdn.example.com/"})
e.yaml:8:38: sources[6].base belongs to a git source only`},
	{"repositories", "sources:\n  - {git: .}\n  - {git: ., from: --output=a, path: ../b, base: 'https://a.example/?x'}\n  - {url: 'https://a.example/', from: v1}\n", nil, `
e.yaml:2:5: sources[0].from is empty (name the revision that was warmed last, such as HEAD~1)
e.yaml:2:5: sources[0].base has no URLs: nothing in crawl.rewrite begins with "git:" (add to crawl.rewrite: {from: "git:", to: "https://cdn.example.com/"})
e.yaml:3:20: sources[1].from is "--output=a", which is not a revision
e.yaml:3:38: sources[1].path leads out of the repository
e.yaml:3:50: sources[1].base has a query or fragment, behind which no path can stand
e.yaml:4:39: sources[2].from belongs to a git source only`},
	{"rewrite", "crawl:\n  rewrite: [{from: 'https://a.example/'}]", nil, `e.yaml:2:13: crawl.rewrite[0].to is empty (write it in full, such as https://www.example.com/)`},
	{"headers", "submit:\n  headers:\n    X Y: a\n    X-Z: \"canary\\r\\nHost: b\"\n", nil, `
e.yaml:3:10: submit.headers has the header name "X Y", which cannot be sent (a name has letters, digits and hyphens)
e.yaml:4:10: submit.headers.X-Z: the value has a line break or another control character`},
	{"bounds that cross", "playlists:\n  renditions: {min_height: 720, max_height: 480}\n", nil, `e.yaml:2:28: playlists.renditions.min_height is above max_height: no rendition is left`},
	{"environment", "crawl: {rate: 5}", []string{"EDGEWARM_CRAWL_RATE=fast", "EDGEWARM_CRAWL_TIMEOUT=0s", "EDGEWARM_PLAN_RESRVE=1", "EDGEWARM_CRAWL_HEADERS=a"}, `
EDGEWARM_CRAWL_HEADERS: crawl.headers is a list, which an environment variable cannot set (set it in the file)
EDGEWARM_CRAWL_RATE: crawl.rate is "fast", which is not a number
EDGEWARM_CRAWL_TIMEOUT: crawl.timeout is 0: nothing would be done in time
EDGEWARM_PLAN_RESRVE: no value of the configuration has this name (did you mean EDGEWARM_PLAN_RESERVE?)`},
	{"file and environment", "state:\n  - a\n", []string{"EDGEWARM_CRAWL_RATE=x"}, `
e.yaml:2:3: state must be one value, not a list
EDGEWARM_CRAWL_RATE: crawl.rate is "x", which is not a number`},
}

func TestFault101Config(t *testing.T) {
	t.Parallel()
	for _, c := range bad {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Parse("e.yaml", []byte(c.yaml), c.environ)
			var ce *config.Error
			if !errors.As(err, &ce) {
				t.Fatalf("got %v, want an *Error", err)
			}
			if got, want := err.Error(), strings.TrimPrefix(c.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Error("the error shows a secret")
			}
		})
	}
}

func TestLogFormat(t *testing.T) {
	t.Parallel()
	_, err := config.Parse("e.yaml", []byte("popularity: {format: conbined}"), nil)
	if want := `e.yaml:1:22: popularity.format: format "conbined": unknown format`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want it to begin with %s", err, want)
	}
	if _, err := config.Parse("e.yaml", []byte("popularity: {format: combined}"), nil); err != nil {
		t.Error(err)
	}
}

func TestValidateAfterFlags(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("e.yaml", []byte("crawl:\n  rate: 5\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Crawl.Rate, c.Playlists.Live, c.State, c.Plan.Quota = -1, "tail", "", -2
	err = c.Validate()
	want := `playlists.live is "tail", which is not one of window or skip
crawl.rate is -1, which is not above 0 and at most 10000
plan.quota is -2, which is below 0
state is empty (leave it out for its default)`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
