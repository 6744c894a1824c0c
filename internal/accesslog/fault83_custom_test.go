package accesslog_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

// custom are formats of a config: each with a line for a path and a time zone, and its request.
var custom = []struct {
	name, format string
	line         func(path, zone string) string
	// zoned tells that its times name a zone.
	zoned bool
}{
	{"log_format", `$host [$time_local] "$request" $status`, func(path, zone string) string {
		return fmt.Sprintf(`h [17/May/2015:10:05:03 %s] "GET %s HTTP/1.1" 200`, zone, path)
	}, true},
	{"LogFormat", `%v %t \"%m %U%q\" %>s`, func(path, zone string) string {
		return fmt.Sprintf(`h [17/May/2015:10:05:03 %s] "GET %s" 200`, zone, path)
	}, true},
	{"log_format of JSON", `{"h":"$host","u":"$request_uri","s":$status,"t":"$time_iso8601"}`, func(path, zone string) string {
		return fmt.Sprintf(`{"h":"h","u":"%s","s":200,"t":"2015-05-17T10:05:03%s:%s"}`, path, zone[:3], zone[3:])
	}, true},
	{"field map", "csv:RequestHost,RequestUrl,EdgeResponseStatusCode", func(path, _ string) string {
		return fmt.Sprintf(`h,%s,200`, path)
	}, false},
}

// What the formats that edgewarm knows survive, those of a config do too: bad lines are counted and sampled, wherever they
// stand, and more than a fifth of them end the log with the first.
func TestFault83CustomFormats(t *testing.T) {
	t.Parallel()
	for _, c := range custom {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			fine := c.line("/a", "+0000") + "\n"
			other := `{"status":200,"request":"GET /a"}`
			if strings.HasPrefix(c.format, "{") {
				other = strings.TrimSpace(good)
			}
			for name, bad := range map[string]string{
				"half":           fine[:len(fine)/2],
				"binary":         "\x16\x03\x01\x00\xee\x00\xff",
				"another format": other,
				"10 MB":          strings.Repeat("x", 10<<20),
				"10 MB of path":  c.line("/"+strings.Repeat("a", 10<<20), "+0000"),
			} {
				got, stats, err := read(t, c.format, strings.Repeat(fine, 5)+bad+"\n"+fine)
				if err != nil || stats.Lines != 7 || stats.Bad != 1 || len(got) != 6 || len(stats.Warnings) != 1 || stats.Warnings[0].Line != 6 {
					t.Errorf("%s: got %d of %d lines bad, %d records, %v; want the 6th bad", name, stats.Bad, stats.Lines, len(got), err)
				}
			}
			_, stats, err := read(t, c.format, strings.Repeat(fine, 3)+fine[:len(fine)/2])
			if err != nil || stats.Bad != 1 || stats.Records != 3 {
				t.Errorf("half last line: got %d bad, %d records, %v", stats.Bad, stats.Records, err)
			}
			_, stats, err = read(t, c.format, strings.Repeat(fine, 1000)+strings.Repeat("\x00nonsense\n", 252))
			if !errors.Is(err, accesslog.ErrFormat) || !strings.Contains(err.Error(), "first bad line 1001") || stats.Records != 1000 {
				t.Errorf("more than a fifth: got %v, %d records", err, stats.Records)
			}
			if got, _, err := read(t, c.format, string(gzipped(fine))+string(gzipped(fine))); err != nil || len(got) != 2 {
				t.Errorf("two members: got %q, %v", got, err)
			}
			if _, stats, err := read(t, c.format, ""); err != nil || stats.Lines != 0 {
				t.Errorf("empty: got %+v, %v", stats, err)
			}
		})
	}
}

// Times count by the zone that they name, whatever the format.
func TestFault83CustomZones(t *testing.T) {
	t.Parallel()
	for _, c := range custom {
		if !c.zoned {
			continue
		}
		got, stats, err := read(t, c.format, c.line("/a", "+0000")+"\n"+c.line("/a", "+0800")+"\n"+c.line("/a", "-0530")+"\n")
		if err != nil || stats.Bad > 0 || len(got) != 3 {
			t.Errorf("%s: got %q, %d bad, %v", c.name, got, stats.Bad, err)
			continue
		}
		for i, at := range []string{"@1431857103", "@1431828303", "@1431876903"} {
			if !strings.Contains(got[i], at) {
				t.Errorf("%s: got %s, want %s", c.name, got[i], at)
			}
		}
	}
}
