package accesslog_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

// cases are logs of every format with what their lines tell, and the seeds of the fuzz tests. A format of "" is found.
var cases = []struct {
	name   string
	format string
	found  string
	log    string
	want   []string
	bad    int
}{
	{
		name: "common", found: "common",
		log: `83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a.png?x=1 HTTP/1.1" 200 203023
10.0.0.1 - john [17/May/2015:12:05:03 +0200] "HEAD / HTTP/1.0" 304 -
`,
		want: []string{
			"GET /a.png?x=1 200 203023 @1431857103 83.149.9.216",
			"HEAD / 304 @1431857103 10.0.0.1",
		},
	},
	{
		name: "combined", found: "combined",
		log: `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "https://ref/\" 200 7" "Mozilla/5.0 (\"x\") Bot"
1.2.3.4 - john smith [17/May/2015:10:05:04 +0000] "GET /b c HTTP/2.0" 206 6 "-" "-"
`,
		want: []string{
			`GET /a 200 5 @1431857103 1.2.3.4 agent=Mozilla/5.0 (\"x\") Bot`,
			"GET /b c 206 6 @1431857104 1.2.3.4",
		},
	},
	{
		name: "combined and common joined", found: "combined",
		log: `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA"
1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /b HTTP/1.1" 200 5
`,
		want: []string{"GET /a 200 5 @1431857103 1.2.3.4 agent=UA", "GET /b 200 5 @1431857103 1.2.3.4"},
	},
	{
		name: "combined with more behind", found: "combined",
		log:  `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA" 0.003 "MISS"` + "\r\n",
		want: []string{"GET /a 200 5 @1431857103 1.2.3.4 agent=UA"},
	},
	{
		name: "vhost", found: "vhost",
		log: `cdn.example.com:443 2001:db8::1 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "UA"
other.example.com 1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET http://third.example.com?x HTTP/1.1" 200 5 "-" "UA"
`,
		want: []string{
			"GET cdn.example.com:443/a 200 5 @1431857103 2001:db8::1 agent=UA",
			"GET http://third.example.com/?x 200 5 @1431857103 1.2.3.4 agent=UA",
		},
	},
	{
		name: "escapes", found: "combined",
		log:  `1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /\xc3\xa4\x22\\x HTTP/1.1" 200 5 "-" "UA"` + "\n",
		want: []string{"GET /ä\"\\x 200 5 @1431857103 1.2.3.4 agent=UA"},
	},
	{
		name: "log_format", format: `$host [$time_iso8601] $remote_addr "$request_method $scheme $request_uri" $status ${body_bytes_sent}b $upstream_cache_status "$http_user_agent" $request_id`, found: "custom",
		log: `h.example.com [2015-05-17T10:05:03+00:00] 1.2.3.4 "GET https /a?b=c" 200 7b MISS "UA" abc
h.example.com [2015-05-17T10:05:03+00:00] 1.2.3.4 "GET - /a?b=c" 200 7b - "-" -
`,
		want: []string{
			"GET https://h.example.com/a?b=c 200 7 @1431857103 1.2.3.4 agent=UA id=abc miss",
			"GET h.example.com/a?b=c 200 7 @1431857103 1.2.3.4",
		},
	},
	{
		name: "LogFormat", format: `%v:%p %a %l %u %t \"%m %U%q %H\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %{X-Cache}o 100%%`, found: "custom",
		log:  `h.example.com:443 1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a?b HTTP/1.1" 200 7 "-" "UA" HIT 100%` + "\n",
		want: []string{"GET https://h.example.com/a?b 200 7 @1431857103 1.2.3.4 agent=UA hit"},
	},
	{
		name: "log_format of URLs", format: `$msec $scheme://$host$uri$is_args$args $status`, found: "custom",
		log:  "1431857103.123 https://h.example.com/a?b 200\n",
		want: []string{"GET https://h.example.com/a?b 200 @1431857103"},
	},
	{
		name: "LogFormat with a request line", format: `%v:%p %a %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %{X-Cache}o 100%%`, found: "custom",
		log:  `h.example.com:443 1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a?b HTTP/1.1" 200 7 "-" "UA" HIT 100%` + "\n",
		want: []string{"GET https://h.example.com/a?b 200 7 @1431857103 1.2.3.4 agent=UA hit"},
	},
	{
		name: "log_format of JSON", format: `{"u":"$request_uri","h":"$host","s":$status,"when":"$msec", "full":"x$y"}`, found: "custom",
		log:  `{"u":"/a?b","h":"h.example.com","s":200,"when":"1431857103.123","other":[1,{"x":"}"}]}` + "\n",
		want: []string{"GET h.example.com/a?b 200 @1431857103"},
	},
	{
		name: "W3C extended", found: "w3c",
		log: `#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus time-taken
2015-05-17 10:05:03 10.0.0.1 GET /a.mp4 x=1 443 - 1.2.3.4 Mozilla/5.0+(x) 200 0 12
2015-05-17 10:05:04 10.0.0.1 GET /b.mp4 - 80 - 1.2.3.4 - 206 0 12
#Fields: time cs-uri date sc-status
10:05:05 /c 2015-05-17 200
`,
		want: []string{
			"GET https:///a.mp4?x=1 200 @1431857103 1.2.3.4 agent=Mozilla/5.0+(x)",
			"GET http:///b.mp4 206 @1431857104 1.2.3.4",
			"GET /c 200 @1431857105",
		},
	},
	{
		name: "CloudFront", found: "cloudfront",
		log: "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol\n" +
			"2015-05-17\t10:05:03\tLAX1\t2390282\t192.0.2.202\tGET\td111.cloudfront.net\t/a%20b.mp4\t200\t-\tMozilla/4.0%20(x)\ta=b\t-\tRefreshHit\tMRVMF7==\tcdn.example.com\thttps\n" +
			"2015-05-17\t10:05:03\tLAX1\t1\t192.0.2.202\tGET\td111.cloudfront.net\t/c\t200\t-\tUA\t-\t-\tMiss\tX==\t-\twss\n",
		want: []string{
			"GET https://cdn.example.com/a%20b.mp4?a=b 200 2390282 @1431857103 192.0.2.202 agent=Mozilla/4.0%20(x) id=MRVMF7== hit",
			"GET https://d111.cloudfront.net/c 200 1 @1431857103 192.0.2.202 agent=UA id=X== miss",
		},
	},
	{
		name: "EdgeOne offline", found: "edgeone",
		log: `{"RequestTime": "2015-05-17T10:05:03Z", "ClientIP": "1.2.3.4", "RequestHost": "cdn.example.com", "RequestMethod": "GET", "RequestUrl": "/a.ts", "RequestUrlQueryString": "x=1", "EdgeResponseStatusCode": 200, "EdgeResponseBytes": 203023, "RequestUA": "UA", "EdgeCacheStatus": "hit", "RequestID": "1"}
{"RequestTime": "2015-05-17T18:05:03+08:00", "ClientIP": "-", "RequestHost": "cdn.example.com", "RequestMethod": "GET", "RequestUrl": "\/b.ts", "RequestUrlQueryString": "-", "EdgeResponseStatusCode": -1, "EdgeResponseBytes": -1, "RequestUA": "-", "EdgeCacheStatus": "dynamic", "RequestID": "-"}
`,
		want: []string{
			"GET cdn.example.com/a.ts?x=1 200 203023 @1431857103 1.2.3.4 agent=UA id=1 hit",
			"GET cdn.example.com/b.ts 0 @1431857103 bypass",
		},
	},
	{
		name: "EdgeOne through CLS", found: "edgeone",
		log: `{"__SOURCE__":"10.0.0.1","__TAG__":{"a":"b"},"RequestTime":"2015-05-17T10:05:03Z","RequestHost":"cdn.example.com","RequestMethod":"GET","RequestUrl":"/a.ts","EdgeResponseStatusCode":"206","EdgeResponseBytes":"5","EdgeCacheStatus":"miss","RequestScheme":"HTTPS","Sample":"100"}
`,
		want: []string{"GET https://cdn.example.com/a.ts 206 5 @1431857103 miss ×10"},
	},
	{
		name: "EdgeOne pushed as arrays", found: "edgeone",
		log: `[{"RequestTime":"2015-05-17T10:05:03Z","RequestHost":"h","RequestMethod":"GET","RequestUrl":"/a","EdgeResponseStatusCode":200,"RemotePort":443},{"RequestTime":"2015-05-17T10:05:03Z","RequestHost":"h","RequestMethod":"GET","RequestUrl":"/b","EdgeResponseStatusCode":200,"RemotePort":53211}]
[
{"RequestTime":"2015-05-17T10:05:03Z","RequestHost":"h","RequestMethod":"GET","RequestUrl":"/c","EdgeResponseStatusCode":200},
]
`,
		want: []string{"GET https://h/a 200 @1431857103", "GET h/b 200 @1431857103", "GET h/c 200 @1431857103"},
	},
	{
		name: "EdgeOne pushed as CSV", format: "csv:RequestTime,RequestHost,_,RequestUrl,EdgeResponseStatusCode,RequestUA", found: "custom",
		log:  `2015-05-17T10:05:03Z,h.example.com,1,"/a,b",200,"U ""A"""` + "\n",
		want: []string{`GET h.example.com/a,b 200 @1431857103 agent=U "A"`},
	},
	{
		name: "nginx JSON", found: "nginx-json",
		log: `{"time_iso8601": "2015-05-17T10:05:03+00:00", "remote_addr": "1.2.3.4", "request": "GET /x HTTP/1.1", "request_method": "GET", "request_uri": "/a?b=\u00e4", "uri": "/index.html", "host": "h.example.com", "scheme": "http", "status": "200", "body_bytes_sent": "5", "upstream_cache_status": "EXPIRED", "http_user_agent": "U\"A", "request_time": "0.003"}
{"time_local":"17/May/2015:10:05:03 +0000","request":"GET /b HTTP/1.1","status":304,"server_name":"_"}
`,
		want: []string{
			`GET http://h.example.com/a?b=ä 200 5 @1431857103 1.2.3.4 agent=U"A miss`,
			"GET /b 304 @1431857103",
		},
	},
	{
		name: "Caddy", found: "caddy",
		log: `{"level":"info","ts":1431857103.5241024,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"10.0.0.1","remote_port":"41342","client_ip":"1.2.3.4","proto":"HTTP/2.0","method":"GET","host":"localhost","uri":"/a?b","headers":{"User-Agent":["curl/7.82.0"],"Accept":["*/*"]},"tls":{"resumed":false,"proto":"h2"}},"bytes_read":0,"user_id":"","duration":0.0009,"size":10900,"status":200,"resp_headers":{"Server":["Caddy"]}}
{"level":"info","ts":1431857103.1,"logger":"admin","msg":"stopped"}
`,
		want: []string{"GET https://localhost/a?b 200 10900 @1431857103 1.2.3.4 agent=curl/7.82.0"},
	},
	{
		name: "Traefik", found: "traefik",
		log: `{"ClientAddr":"1.2.3.4:5","ClientHost":"1.2.3.4","DownstreamContentSize":12,"DownstreamStatus":200,"Duration":1,"RequestAddr":"h.example.com:8443","RequestHost":"h.example.com","RequestMethod":"GET","RequestPath":"/a?b","RequestScheme":"https","StartUTC":"2015-05-17T10:05:03.128441467Z","level":"info","msg":"","request_User-Agent":"UA","time":"2015-05-17T10:05:04Z"}
`,
		want: []string{"GET https://h.example.com/a?b 200 12 @1431857103 1.2.3.4 agent=UA"},
	},
	{
		name: "Fastly", found: "fastly",
		log: `{"timestamp": "2015-05-17T10:05:03", "client_ip": "1.2.3.4", "geo_country": "x", "host": "h.example.com", "url": "/a?b", "request_method": "GET", "request_user_agent": "UA", "response_state": "MISS-CLUSTER", "response_status": 200, "response_body_size": 12, "fastly_server": "x", "fastly_is_edge": true}
{"timestamp": "2015-05-17T10:05:03+0000", "host": "h.example.com", "url": "/a?b", "request_method": "GET", "response_state": "HIT-STALE-CLUSTER", "response_status": 200}
`,
		want: []string{
			"GET h.example.com/a?b 200 12 @1431857103 1.2.3.4 agent=UA miss",
			"GET h.example.com/a?b 200 @1431857103 hit",
		},
	},
	{
		name: "Cloudflare Logpush", found: "cloudflare",
		log: `{"CacheCacheStatus":"revalidated","ClientIP":"1.2.3.4","ClientRequestHost":"h.example.com","ClientRequestMethod":"GET","ClientRequestURI":"/a?b","ClientRequestPath":"/a","ClientRequestScheme":"https","ClientRequestUserAgent":"UA","EdgeEndTimestamp":1431857104000000000,"EdgeResponseBytes":12,"EdgeResponseStatus":200,"EdgeStartTimestamp":1431857103000000000,"RayID":"3a6050bcbe121a87"}
`,
		want: []string{"GET https://h.example.com/a?b 200 12 @1431857103 1.2.3.4 agent=UA id=3a6050bcbe121a87 hit"},
	},
	{
		name: "weights", found: "csv",
		log:  "https://h.example.com/a,b,5\n\"/c\",0.5\nhttp://h.example.com/d , 3\n",
		want: []string{"GET https://h.example.com/a,b 200 ×5", "GET /c 200 ×0.5", "GET http://h.example.com/d 200 ×3"},
	},
	{
		name: "weights with a header", found: "csv",
		log:  "\xef\xbb\xbfURL,Requests,bytes,other\n\"https://h.example.com/a,b\",5,50,x\nurl,requests,bytes,other\n",
		want: []string{"GET https://h.example.com/a,b 200 10 ×5"},
		bad:  1,
	},
	{
		name: "weights in TSV", found: "tsv",
		log:  "https://h.example.com/a\t5\n/b\t1e3\n",
		want: []string{"GET https://h.example.com/a 200 ×5", "GET /b 200 ×1000"},
	},
	{name: "empty", found: "auto"},
	{name: "blank lines", found: "auto", log: "\n\r\n  \n"},
	{name: "header alone", found: "w3c", log: "#Version: 1.0\n#Fields: date time\n"},
}

// show writes a record on one line.
func show(r *accesslog.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s ", r.Method)
	if len(r.Scheme) > 0 {
		fmt.Fprintf(&b, "%s://", r.Scheme)
	}
	fmt.Fprintf(&b, "%s%s", r.Host, r.Path)
	if len(r.Query) > 0 {
		fmt.Fprintf(&b, "?%s", r.Query)
	}
	fmt.Fprintf(&b, " %d", r.Status)
	if r.Bytes != 0 {
		fmt.Fprintf(&b, " %d", r.Bytes)
	}
	if r.Time != 0 {
		fmt.Fprintf(&b, " @%d", r.Time)
	}
	if len(r.Client) > 0 {
		fmt.Fprintf(&b, " %s", r.Client)
	}
	if len(r.Agent) > 0 {
		fmt.Fprintf(&b, " agent=%s", r.Agent)
	}
	if len(r.RequestID) > 0 {
		fmt.Fprintf(&b, " id=%s", r.RequestID)
	}
	b.WriteString([]string{"", " hit", " miss", " bypass"}[r.Cache])
	if r.Weight != 1 {
		fmt.Fprintf(&b, " ×%v", r.Weight)
	}
	return b.String()
}

// read reads a log in a format, and shows its records.
func read(t testing.TB, format, log string) ([]string, accesslog.Stats, error) {
	t.Helper()
	f, err := accesslog.ParseFormat(format)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	stats, err := accesslog.Reader{Format: f}.Read(t.Context(), strings.NewReader(log), func(r *accesslog.Record) {
		got = append(got, show(r))
	})
	return got, stats, err
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, stats, err := read(t, c.format, c.log)
			if err != nil && c.bad == 0 {
				t.Fatal(err)
			}
			if stats.Format.String() != c.found {
				t.Errorf("got format %s, want %s", stats.Format, c.found)
			}
			if stats.Bad != c.bad || stats.Records != len(c.want) {
				t.Errorf("got %d bad lines and %d records, want %d and %d", stats.Bad, stats.Records, c.bad, len(c.want))
			}
			if a, b := strings.Join(got, "\n"), strings.Join(c.want, "\n"); a != b {
				t.Errorf("got\n%s\nwant\n%s", a, b)
			}
		})
	}
}

// TestNames reads each format again under the name that it was found by.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		if c.format != "" || c.bad > 0 {
			continue
		}
		got, _, err := read(t, c.found, c.log)
		if err != nil {
			t.Errorf("%s as %s: %v", c.name, c.found, err)
		}
		if a, b := strings.Join(got, "\n"), strings.Join(c.want, "\n"); a != b {
			t.Errorf("%s as %s: got\n%s\nwant\n%s", c.name, c.found, a, b)
		}
	}
}

func TestEveryNameCompiles(t *testing.T) {
	t.Parallel()
	for _, name := range accesslog.Names() {
		f, err := accesslog.ParseFormat(name)
		if err != nil || f.String() != name {
			t.Errorf("ParseFormat(%q): got %v, %v", name, f, err)
			continue
		}
		if _, err := (accesslog.Reader{Format: f}).Read(t.Context(), bytes.NewReader(nil), func(*accesslog.Record) {}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
