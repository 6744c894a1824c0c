// Package crowd is what simulated visitors have in common, whichever site they come to: who they are and when they come,
// when they leave, how the edges of a CDN answer them, and how the access log tells of it.
package crowd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// EdgeCount is how many edges the CDN has: each must miss once before it hits.
const EdgeCount = 3

// Client is who asks.
type Client struct {
	Address, Region, Agent string
	// Edge is the one that is near, from 0 to EdgeCount − 1.
	Edge   int
	Mobile bool
}

// Request is one line of a log.
type Request struct {
	At     time.Time
	Client *Client
	// Path and Query are not escaped; Range is as in the header, empty for the whole.
	Method, Path, Query, Referer, Range string
	Status                              int
	Bytes                               int64
	// Cache is the cache status: hit, miss, dynamic or other.
	Cache string
}

var devices = []struct {
	agent  string
	mobile bool
}{
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", false},
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", false},
	{"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", false},
	{"AppleCoreMedia/1.0.0.22F76 (Apple TV; U; CPU OS 18_5 like Mac OS X; en_us)", false},
	{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", true},
	{"Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36", true},
	{"ExoPlayerLib/2.19.1 (Linux; Android 14)", true},
}

var regions = []string{"DE", "DE", "FR", "SG", "SG", "US", "BR", "JP"}

// people is how many there are.
const people = 600

// Person is one of some hundreds of viewers and readers.
func Person(random *rand.Rand) *Client {
	n := random.IntN(people)
	d := devices[n%len(devices)]
	return &Client{
		Address: fmt.Sprintf("198.51.%d.%d", 100+n/250, 1+n%250), Region: regions[n%len(regions)], Agent: d.agent,
		Edge: n % EdgeCount, Mobile: d.mobile,
	}
}

// Comes reports whether somebody who might come at a time does: in the evening more likely than in the morning.
func Comes(random *rand.Rand, at time.Time) bool {
	hour := float64(at.Hour()) + float64(at.Minute())/60
	return random.Float64() < 0.55+0.45*math.Cos((hour-20)/24*2*math.Pi)
}

// Patience is how viewers leave, as shares of those who are still there: after the first segment, and after each later
// one.
type Patience struct{ First, Each float64 }

// Leaves reports whether a viewer leaves after the segment of that number, from 0.
func (p Patience) Leaves(random *rand.Rand, segment int) bool {
	leave := p.Each
	if segment == 0 {
		leave = p.First
	}
	return random.Float64() < leave
}

// Zipf are the shares of n things by Zipf's law with an exponent, the most popular first. They add up to 1.
func Zipf(n int, exponent float64) []float64 {
	shares := make([]float64, n)
	sum := 0.0
	for i := range shares {
		shares[i] = 1 / math.Pow(float64(i+1), exponent)
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// Pick returns the index of one of the shares, each as likely as it is large; they add up to 1.
func Pick(random *rand.Rand, shares []float64) int {
	x := random.Float64()
	for i, share := range shares {
		if x -= share; x < 0 {
			return i
		}
	}
	return 0
}
