package sitemap_test

import (
	"strings"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/sitemap"
)

// TestFault63LastMod reads each form that was seen. What is empty is ignored, and never an error.
func TestFault63LastMod(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024":                                "2024-01-01T00:00:00Z",
		"2024-05":                             "2024-05-01T00:00:00Z",
		"2024-05-06":                          "2024-05-06T00:00:00Z",
		"2024-5-6":                            "2024-05-06T00:00:00Z",
		"2024/05/06":                          "2024-05-06T00:00:00Z",
		"2024.05.06":                          "2024-05-06T00:00:00Z",
		"20240506":                            "2024-05-06T00:00:00Z",
		"20240506T070809Z":                    "2024-05-06T07:08:09Z",
		"20240506070809":                      "2024-05-06T07:08:09Z",
		"2024-05-06T07:08Z":                   "2024-05-06T07:08:00Z",
		"2024-05-06T07:08:09":                 "2024-05-06T07:08:09Z",
		"2024-05-06T07:08:09Z":                "2024-05-06T07:08:09Z",
		"2024-05-06t07:08:09z":                "2024-05-06T07:08:09Z",
		"2024-05-06T07:08:09.123456789+02:00": "2024-05-06T05:08:09Z",
		"2024-05-06T07:08:09+02:00":           "2024-05-06T05:08:09Z",
		"2024-05-06T07:08:09-0330":            "2024-05-06T10:38:09Z",
		"2024-05-06T07:08:09+02":              "2024-05-06T05:08:09Z",
		"2024-05-06 07:08:09":                 "2024-05-06T07:08:09Z",
		"2024-05-06 07:08:09 UTC":             "2024-05-06T07:08:09Z",
		"2024-05-06 07:08:09 +0200":           "2024-05-06T05:08:09Z",
		"2024-05-06 07:08:09 -0700 PDT":       "2024-05-06T14:08:09Z",
		"2024-05-06 07:08:09 +0000 UTC":       "2024-05-06T07:08:09Z",
		"2024-05-06Z":                         "2024-05-06T00:00:00Z",
		"2024-05-06+02:00":                    "2024-05-05T22:00:00Z",
		"2024-05-06T24:00:00Z":                "2024-05-07T00:00:00Z",
		"2024-12-31T23:59:60Z":                "2025-01-01T00:00:00Z",
		"2024-02-29":                          "2024-02-29T00:00:00Z",
		"1714979289":                          "2024-05-06T07:08:09Z",
		"1714979289000":                       "2024-05-06T07:08:09Z",
		"Mon, 06 May 2024 07:08:09 GMT":       "2024-05-06T07:08:09Z",
		"Mon, 06 May 2024 07:08:09 +0200":     "2024-05-06T05:08:09Z",
		"Mon, 06 May 24 07:08:09 EST":         "2024-05-06T12:08:09Z",
		"06 May 2024 07:08 UT":                "2024-05-06T07:08:00Z",
		"Monday, 06-May-24 07:08:09 GMT":      "2024-05-06T07:08:09Z",
		"Mon May  6 07:08:09 2024":            "2024-05-06T07:08:09Z",
		"Mon May 06 2024 07:08:09 GMT+0200 (Central European Summer Time)": "2024-05-06T05:08:09Z",
		"May 6, 2024":                    "2024-05-06T00:00:00Z",
		"6 May 2024":                     "2024-05-06T00:00:00Z",
		"May 6th, 2024 7:08 PM":          "2024-05-06T19:08:00Z",
		"May 6, 2024 12:08am":            "2024-05-06T00:08:00Z",
		"06.05.2024":                     "2024-05-06T00:00:00Z",
		"6.5.2024 07:08:09 +0000":        "2024-05-06T07:08:09Z",
		"06-05-2024":                     "2024-05-06T00:00:00Z",
		"06-May-2024":                    "2024-05-06T00:00:00Z",
		"26/05/2024":                     "2024-05-26T00:00:00Z",
		"05/26/2024":                     "2024-05-26T00:00:00Z",
		" <![CDATA[2024-05-06]]> ":       "2024-05-06T00:00:00Z",
		"2024-05-06T07:08:09&#43;00:00":  "2024-05-06T07:08:09Z",
		"05/06/2024":                     "", // of two days
		"05 Jan 17 13:34:55":             "", // RFC 822 without its zone
		"0001-01-01T00:00:00":            "",
		"0000-00-00":                     "",
		"1970-01-01T00:00:00Z":           "",
		"1969-05-06":                     "",
		"9999-12-31T23:59:59Z":           "",
		"2025-06-01":                     "",                     // in the future
		"2025-01-01T12:00:00Z":           "2025-01-01T12:00:00Z", // of a clock that is ahead
		"2023-02-29":                     "",
		"2024-13-01":                     "",
		"2024-05-06T25:00:00Z":           "",
		"2024-05-06T07:61:00Z":           "",
		"2024-05-06T07:08:09+99:99":      "",
		"2024-05-06T":                    "2024-05-06T00:00:00Z",
		"2024-0a-06":                     "",
		"20240506070":                    "",
		"today":                          "",
		"-":                              "",
		"":                               "",
		"{{ lastmod }}":                  "",
		"99999999999999999999":           "",
		strings.Repeat("2024-05-06", 20): "",
	} {
		body := "<urlset><url><loc>/a</loc><lastmod>" + text + "</lastmod></url></urlset>"
		got := "none"
		doc, err := sitemap.Parse(strings.NewReader(body), base, sitemap.Options{Now: now}, func(e *sitemap.Entry) bool {
			got = dateText(e.LastMod)
			if e.LastMod.Location() != time.UTC && !e.LastMod.IsZero() {
				t.Errorf("%q: got a date in %s", text, e.LastMod.Location())
			}
			return true
		})
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
		if ignored := strings.TrimSpace(text) != "" && want == ""; hasWarning(doc, "ignored") != ignored {
			t.Errorf("%q: got warnings %v, want one: %t", text, doc.Warnings, ignored)
		}
	}
}

// The same date in another spelling must not be taken for the one before.
func TestDateIsNotMixedUp(t *testing.T) {
	t.Parallel()
	var got []string
	body := "<urlset>"
	for _, d := range []string{"2024-05-06", "2024-05-06", "2024-05-0", "2024-05-06T00:00:01Z", "", "2024-05-06"} {
		body += "<url><loc>/a</loc><lastmod>" + d + "</lastmod></url>"
	}
	sitemap.Parse(strings.NewReader(body), base, sitemap.Options{Now: now}, func(e *sitemap.Entry) bool {
		got = append(got, dateText(e.LastMod))
		return true
	})
	want := "2024-05-06T00:00:00Z 2024-05-06T00:00:00Z  2024-05-06T00:00:01Z  2024-05-06T00:00:00Z"
	if strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, " "), want)
	}
}
