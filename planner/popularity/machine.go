package popularity

import (
	"bytes"
	"hash/maphash"
)

// maxAgent is how much of a User-Agent is looked at; those of people are shorter.
const maxAgent = 512

// machineWords are in the User-Agent of what asks without anybody watching. Apps of people come through libraries too
// (okhttp, CFNetwork, ExoPlayer), which are therefore not among them.
var machineWords = [][]byte{
	[]byte("bot"), []byte("crawl"), []byte("spider"), []byte("slurp"), []byte("scrap"), []byte("archiver"),
	[]byte("facebookexternalhit"), []byte("mediapartners"), []byte("feedfetcher"), []byte("feedparser"),
	[]byte("preview"), []byte("validator"), []byte("curl/"), []byte("wget/"), []byte("python"), []byte("libwww"),
	[]byte("go-http-client"), []byte("java/"), []byte("headless"), []byte("phantomjs"), []byte("puppeteer"),
	[]byte("lighthouse"), []byte("pingdom"), []byte("uptime"), []byte("monitor"), []byte("nagios"), []byte("zabbix"),
	[]byte("masscan"), []byte("nmap"), []byte("zgrab"), []byte("nikto"), []byte("edgewarm"),
}

// cubot makes telephones.
var cubot = []byte("cubot")

// isMachine tells by the User-Agent. None at all is no machine: some players send none.
func isMachine(agent []byte) bool {
	low := bytes.ToLower(agent[:min(len(agent), maxAgent)])
	low = bytes.ReplaceAll(low, cubot, nil)
	for _, w := range machineWords {
		if bytes.Contains(low, w) {
			return true
		}
	}
	return false
}

// agents remembers what isMachine said. A slot holds the hash of the agent, with the answer as its lowest bit.
type agents struct {
	slots [1 << 13]uint64
}

func (a *agents) isMachine(seed maphash.Seed, agent []byte) bool {
	if len(agent) == 0 {
		return false
	}
	hash := maphash.Bytes(seed, agent) | 1
	s := &a.slots[hash>>1%uint64(len(a.slots))]
	if *s|1 != hash {
		*s = hash
		if !isMachine(agent) {
			*s--
		}
	}
	return *s&1 == 1
}
