package accesslog

// field is what a column, key or variable of a log means to a Record.
type field uint8

const (
	ignored field = iota
	client
	when      // date and time of day in one, in any of the shapes that clock knows
	day       // the date alone, as W3C logs have it
	timeOfDay // the time alone, UTC
	request   // "GET /path?query HTTP/1.1"
	target    // /path?query, or an absolute URL
	path
	query
	host
	scheme
	port // of the server: 443 and 80 tell the scheme
	tls  // anything but empty and "off" tells https
	method
	status
	sent // bytes
	cache
	agent
	requestID
	sample // per mille of the requests that are logged
	weight
	logger // present in lines of Caddy that need not be requests
	object // a JSON object whose keys are read like those around it
	fields
)

// slot is where fields compete that say the same thing.
func (f field) slot() field {
	if f == request || f == path {
		return target
	}
	return f
}

// alias is what a name means, and how well: of two names for the same thing the one of higher rank is believed.
type alias struct {
	field   field
	rank    uint8
	dialect dialect
}

// dialect is whose names a JSON log uses.
type dialect uint8

const (
	anyone dialect = iota
	edgeOne
	nginx
	caddy
	traefik
	fastly
	cloudflare
	dialects
)

// dialectNames are the names of formats; they are all read alike.
var dialectNames = [dialects]string{"json", "edgeone", "nginx-json", "caddy", "traefik", "fastly", "cloudflare"}
