package popularity

import "hash/maphash"

// maxAgent is how much of a User-Agent is looked at; those of people are shorter.
const maxAgent = 512

// machineWords are in the User-Agent of what asks without anybody watching. Apps of people come through libraries too
// (okhttp, CFNetwork, ExoPlayer), which are therefore not among them.
var machineWords = byFirst(
	"bot", "crawl", "spider", "slurp", "scrap", "archiver", "facebookexternalhit", "mediapartners", "feedfetcher",
	"feedparser", "preview", "validator", "curl/", "wget/", "python", "libwww", "go-http-client", "java/", "headless",
	"phantomjs", "puppeteer", "lighthouse", "pingdom", "uptime", "monitor", "nagios", "zabbix", "masscan", "nmap", "zgrab",
	"nikto", "edgewarm",
)

// byFirst orders words by their first letter, so that one pass over an agent finds any of them.
func byFirst(words ...string) (table [256][]string) {
	for _, w := range words {
		table[w[0]] = append(table[w[0]], w)
	}
	return table
}

// cubot makes telephones.
const cubot = "cubot"

// isMachine tells by the User-Agent. None at all is no machine: some players send none.
func isMachine(agent []byte) bool {
	var buf [maxAgent]byte
	low := buf[:copy(buf[:], agent)]
	for i, c := range low {
		if 'A' <= c && c <= 'Z' {
			low[i] = c | 0x20
		}
	}
	for i, c := range low {
		for _, w := range machineWords[c] {
			if len(low)-i >= len(w) && string(low[i:i+len(w)]) == w && !isCubot(low[:i+len(w)]) {
				return true
			}
		}
	}
	return false
}

func isCubot(low []byte) bool {
	return len(low) >= len(cubot) && string(low[len(low)-len(cubot):]) == cubot
}

const (
	// agentSets times agentWays agents are remembered: a busy site sees some ten thousand.
	agentSets = 1 << 12
	agentWays = 4
)

// agents remembers what isMachine said. Each holds the hash of the agent, with the answer as its lowest bit; which set
// it is in is told by the other bits, and the youngest of a set comes first.
type agents struct {
	sets [agentSets][agentWays]uint64
}

func (a *agents) isMachine(seed maphash.Seed, agent []byte) bool {
	if len(agent) == 0 {
		return false
	}
	hash := maphash.Bytes(seed, agent) | 1
	set := &a.sets[hash>>1%agentSets]
	for _, s := range set {
		if s|1 == hash {
			return s == hash
		}
	}
	copy(set[1:], set[:])
	if set[0] = hash; !isMachine(agent) {
		set[0]--
	}
	return set[0] == hash
}
