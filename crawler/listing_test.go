package crawler

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// recorded is what a record makes of the items, nil when it takes them not.
func recorded(t *task, is []item) []byte {
	r := newRecord(t, mark{1})
	defer r.drop()
	r.source = "https://example.com/"
	for i := range is {
		r.add(&is[i])
	}
	return r.marshal(t)
}

// unpacked is what a listing holds; false when it is none.
func unpacked(b []byte) (is []item, ok bool) {
	l, ok := parseListing(b)
	if !ok {
		return nil, false
	}
	s := l.items(nil)
	defer s.close()
	if !s.whole(l.count) {
		return nil, false
	}
	s.rewind()
	for range l.count {
		var i item
		s.next(&i)
		is = append(is, i)
	}
	return is, true
}

var listingCases = map[string][]item{
	"none": nil,
	"all fields": {{
		Resource: Resource{
			URL: "https://example.com/a/b.mp4?x=1", Kind: Media, Role: "video", LastMod: time.Unix(1, 2).UTC(), Priority: 0.3,
			ChangeFreq: "daily", Published: time.Unix(3, 4).UTC(), Views: math.MaxInt64, Start: time.Hour, Duration: 7, Bandwidth: math.MaxInt64, Bytes: math.MinInt64,
			Index: -1, Ad: true, Rendition: &Rendition{
				Type: TypeAudio, Bandwidth: 1, AverageBandwidth: math.MaxInt64, Width: 2, Height: 3, Codecs: "mp4a", Language: "en",
				Group: "g", Name: "n", Default: true, Failover: true,
			},
		},
		closed: true, guess: true,
	}, {Resource: Resource{URL: "http://example.com/", Rendition: &Rendition{}}}, {Resource: Resource{URL: "http://example.com/"}}},
	"segments":  segments(5000, 4*time.Second),
	"no length": segments(3, 0),
	"overflow":  {{Resource: Resource{URL: "https://a/", Start: math.MaxInt64, Duration: math.MaxInt64}}, {Resource: Resource{URL: "https://a/", Start: 1}}},
	"long":      {{Resource: Resource{URL: "https://" + string(bytes.Repeat([]byte("a"), 8<<10-8))}}, {Resource: Resource{URL: "https://a/"}}},
}

func segments(n int, each time.Duration) (is []item) {
	for i := range n {
		url := "https://cdn.example.com/" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + ".ts"
		is = append(is, item{Resource: Resource{URL: url, Kind: Segment, Start: time.Duration(i) * each, Duration: each}})
	}
	return is
}

func TestListing(t *testing.T) {
	t.Parallel()
	for name, want := range listingCases {
		b := recorded(&task{}, want)
		got, ok := unpacked(b)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(item{}, hashed{})); diff != "" || !ok {
			t.Errorf("%s: %t, %s", name, ok, diff)
		}
		for n := range b {
			if n > 0 && n%97 != 0 && n != len(b)-1 {
				continue
			}
			if _, ok := unpacked(b[:n]); ok {
				t.Errorf("%s: the first %d of %d bytes are taken", name, n, len(b))
			}
		}
	}
}

func TestListingRefuses(t *testing.T) {
	t.Parallel()
	long := string(make([]byte, maxListedWord+1))
	for name, i := range map[string]item{
		"a URL of another scheme":    {Resource: Resource{URL: "skd://key"}},
		"no URL":                     {},
		"a control character":        {Resource: Resource{URL: "https://a/\n"}},
		"a long URL":                 {Resource: Resource{URL: "https://" + string(bytes.Repeat([]byte("a"), 8<<10))}},
		"an unknown kind":            {Resource: Resource{URL: "https://a/", Kind: "else"}},
		"a long role":                {Resource: Resource{URL: "https://a/", Role: long}},
		"a rendition of a long name": {Resource: Resource{URL: "https://a/", Rendition: &Rendition{Name: long}}},
		"a priority that is none":    {Resource: Resource{URL: "https://a/", Priority: math.NaN()}},
		"another time zone":          {Resource: Resource{URL: "https://a/", LastMod: time.Unix(1, 0).In(time.FixedZone("", 60))}},
	} {
		if recorded(&task{}, []item{i}) != nil {
			t.Errorf("%s is taken", name)
		}
	}
	many := &task{doc: Document{Warnings: make([]Warning, maxListedMany+1)}}
	if recorded(many, nil) != nil || recorded(&task{exported: map[string]string{"a": string(make([]byte, maxListedText+1))}}, nil) != nil {
		t.Error("too many warnings, or a variable that is too long, are taken")
	}
}

// FuzzListing is that any bytes are refused, or are items that a crawl may yield.
func FuzzListing(f *testing.F) {
	for _, is := range listingCases {
		if b := recorded(&task{}, is); len(b) < 1<<10 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		is, ok := unpacked(b)
		if !ok {
			return
		}
		for i := range is {
			if !fits(&is[i]) {
				t.Errorf("got %+v", is[i])
			}
		}
		again, ok := unpacked(recorded(&task{Resource: Resource{Kind: Page}}, is))
		if diff := cmp.Diff(is, again, cmp.AllowUnexported(item{}, hashed{})); diff != "" || !ok {
			t.Errorf("not the same again: %s", diff)
		}
	})
}
