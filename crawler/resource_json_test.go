package crawler_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
)

func TestResourceJSON(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   crawler.Resource
		want string
	}{
		"seed":      {crawler.Resource{URL: "https://a/", Kind: crawler.Site}, `{"url":"https://a/","kind":"site","depth":0}`},
		"what acts": {crawler.Resource{URL: "\x1b\u009b\u202e\U000e0001é"}, `{"url":"\u001b\u009b\u202e\udb40\udc01é","depth":0}`},
		"all": {crawler.Resource{
			URL: `https://a/"é`, Kind: crawler.Segment, Role: "part", Parent: "https://a/p", Depth: 3,
			LastMod: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Priority: 0.8, ChangeFreq: "daily",
			Published: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Views: 9,
			Start: 12500 * time.Millisecond, Duration: 4004 * time.Microsecond * 1000, Bandwidth: 5, Bytes: 6,
			Title: "https://a/m", Err: errors.New("no"), Index: 7, Ad: true, Rendition: &crawler.Rendition{
				Type: crawler.TypeAudio, Bandwidth: 1, AverageBandwidth: 2, Width: 3, Height: 4, Codecs: "mp4a.40.2", Language: "en",
				Group: "g", Name: "English", Default: true, Failover: true,
			},
		}, `{"url":"https://a/\"é","kind":"segment","role":"part","parent":"https://a/p","depth":3,` +
			`"lastmod":"2026-01-02T03:04:05Z","priority":0.8,"changefreq":"daily","published":"2026-01-01T00:00:00Z","views":9,"start":12.5,"duration":4.004,` +
			`"bandwidth":5,"bytes":6,"title":"https://a/m","index":7,"rendition":{"type":"AUDIO","bandwidth":1,"average_bandwidth":2,` +
			`"width":3,"height":4,"codecs":"mp4a.40.2","language":"en","group":"g","name":"English","default":true,"failover":true},` +
			`"ad":true,"error":"no"}`},
	} {
		got, err := json.Marshal(c.in)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %s, %v\nwant %s", name, got, err, c.want)
		}
		var back crawler.Resource
		if err := json.Unmarshal(got, &back); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if back.Err != nil {
			back.Err = c.in.Err
		}
		if !reflect.DeepEqual(back, c.in) {
			t.Errorf("%s: read back as %+v, want %+v", name, back, c.in)
		}
	}
}
