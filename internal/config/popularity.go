package config

import "time"

// Popularity says where demand is read from, and how it is counted.
type Popularity struct {
	// Logs are files, globs, folders, - for stdin, or s3://bucket/prefix?region=…&endpoint=… for the objects of a bucket,
	// with the parameters of BucketParameters.
	Logs []string `yaml:"logs"`
	// Format names the format of the logs, or is a log_format of nginx, a LogFormat of Apache, {"key":"$variable"} for JSON
	// lines of one's own, or csv:column,column; auto finds it from the first lines, which is the default.
	Format string `yaml:"format"`
	// HalfLife is the age at which a request counts half; 0 counts all alike. Default: 24h.
	HalfLife time.Duration `yaml:"half_life"`
	// Memory bounds what is held for counting; past it the least requested URLs are left out. Default: 256MiB.
	Memory Size `yaml:"memory"`
	// Base is the URL whose scheme and host are meant by lines that name no host. Empty: their paths on any host.
	Base string `yaml:"base"`
	// CacheKey says which parameters of a query make another object, as the zone's own rules do.
	CacheKey CacheKey `yaml:"cache_key"`
	// Remember is where it is kept what was counted, so that only what is new is read: auto is beside the ledger if that
	// is a file and in it if it is a database, off keeps nothing, and anything else is the path of a file. Default: auto.
	Remember string `yaml:"remember"`
	// Required ends a run when a bucket, the database or the service cannot be asked for demand; false goes on with what
	// there is. A file that cannot be read never ends a run. Default: true.
	Required bool `yaml:"required"`
	// SQL asks a database for URLs and their weights.
	SQL SQL `yaml:"sql"`
	// EdgeOne asks the service: top for the most requested URLs of each host, logs for its offline logs, off for nothing.
	// Default: off.
	EdgeOne string `yaml:"edgeone" oneof:"off top logs"`
	// EdgeOneDays is how many days back the service is asked about, at most 31. Default: 7.
	EdgeOneDays int `yaml:"edgeone_days"`
}

// CacheKey says what of a query belongs to the cache key. A name that ends with * stands for all that begin so.
type CacheKey struct {
	// Query is keep or drop: whether queries count at all. Default: keep.
	Query string `yaml:"query" oneof:"keep drop"`
	// Keep names the only parameters that stay; empty keeps all. Strip names those that go, such as tokens.
	Keep  []string `yaml:"keep"`
	Strip []string `yaml:"strip"`
}

// SQL is a query for demand.
type SQL struct {
	// DSN is postgres://…, clickhouse://USER@HOST:8123/DATABASE, or clickhouses://… for TLS. The password is masked
	// wherever the DSN is shown; it may stand in PGPASSWORD or CLICKHOUSE_PASSWORD instead.
	DSN string `yaml:"dsn"`
	// Query gives a URL and a weight in each row.
	Query string `yaml:"query"`
}

func defaultPopularity() Popularity {
	return Popularity{
		Format: "auto", HalfLife: 24 * time.Hour, Memory: 256 << 20, CacheKey: CacheKey{Query: "keep"}, Remember: Auto,
		Required: true, EdgeOne: Off, EdgeOneDays: 7,
	}
}
