package config

import "strings"

// httpAPI warms by GET, with no API that zones could be asked from.
const httpAPI = "http"

// submitRate is the most requests a second that an API takes.
func submitRate(api string) float64 {
	if api == httpAPI {
		return maxCrawlRate
	}
	return maxSubmitRate
}

// account checks what each API needs and does not have.
func (d *decoder) account(c *Config) {
	if strings.ContainsFunc(c.Verify.Vantage, isControl) {
		d.wrong("verify.vantage", "", "verify.vantage has a control character")
	}
	if _, _, err := ParseReset(c.Submit.Reset); err != nil && c.Submit.Reset != AutoReset {
		d.wrong("submit.reset", "write auto, or 00:00 Asia/Shanghai", "submit.reset: %v", err)
	}
	if c.Account.API != httpAPI {
		return
	}
	if len(c.Account.Zones) == 0 {
		d.wrong("account.zones", "name the hosts that the cache serves: cdn: [www.example.com]", "account.zones is empty, and the api http has nobody to ask")
	}
	if c.Playlists.Segments == "edge" {
		d.wrong("playlists.segments", "local warms the same segments, one target each", "playlists.segments is edge, which only EdgeOne can do")
	}
	if c.Submit.Mode == "edge" {
		d.wrong("submit.mode", "", "submit.mode is edge, which only EdgeOne has")
	}
}
