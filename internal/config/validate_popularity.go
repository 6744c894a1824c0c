package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/accesslog"
)

// minMemory is the least that counting works with.
const minMemory = 4 << 20

// maxEdgeOneDays is how far the service looks back.
const maxEdgeOneDays = 31

// Words of Popularity.Remember, Popularity.EdgeOne and Serve.RiverUI.
const (
	Auto = "auto"
	Off  = "off"
	Top  = "top"
	Logs = "logs"
)

func (d *decoder) popularity(p *Popularity) {
	const key = "popularity"
	d.texts(key+".logs", p.Logs)
	for i, log := range p.Logs {
		if strings.HasPrefix(log, "s3://") {
			d.bucketURL(fmt.Sprintf("%s.logs[%d]", key, i), log)
		}
	}
	d.duration(key+".half_life", p.HalfLife, 0)
	d.logFormat(key+".format", p.Format)
	d.text(key+".remember", p.Remember)
	if p.Memory < minMemory {
		d.wrong(key+".memory", "leave it out for its default of 256MiB", "%s.memory is less than 4MiB", key)
	}
	if p.Base != "" {
		d.url(key+".base", p.Base)
	}
	d.texts(key+".cache_key.keep", p.CacheKey.Keep)
	d.texts(key+".cache_key.strip", p.CacheKey.Strip)
	if p.CacheKey.Query == "drop" && len(p.CacheKey.Keep)+len(p.CacheKey.Strip) > 0 {
		d.wrong(key+".cache_key.query", "", "%s.cache_key.query is drop, which leaves nothing to keep or strip", key)
	}
	d.sql(key+".sql", p.SQL)
	d.count(key+".edgeone_days", p.EdgeOneDays, 1, maxEdgeOneDays)
}

// sql checks a query and where it goes. The DSN is not shown: it may hold a password.
func (d *decoder) sql(key string, s SQL) {
	switch {
	case s == SQL{}:
	case s.DSN == "":
		d.wrong(key, "name the database: dsn: postgres://USER@HOST/DATABASE", "%s has no dsn", key)
	case s.Query == "":
		d.wrong(key, "ask for two columns: SELECT url, weight FROM …", "%s has no query", key)
	case !slices.ContainsFunc(SQLSchemes, func(scheme string) bool { return strings.HasPrefix(s.DSN, scheme+"://") }):
		d.wrong(key+".dsn", "write postgres://USER@HOST/DATABASE or clickhouse://USER@HOST:8123/DATABASE",
			"%s.dsn is neither of PostgreSQL nor of ClickHouse", key)
	}
}

// SQLSchemes are those that a DSN of Popularity.SQL may have. clickhouses is ClickHouse over TLS.
var SQLSchemes = []string{"postgres", "postgresql", "clickhouse", "clickhouses"}

func (d *decoder) logFormat(key, name string) {
	_, err := accesslog.ParseFormat(name)
	if e := (*accesslog.Error)(nil); errors.As(err, &e) {
		err = e.Err // the operation says nothing that the key does not
	}
	if err != nil {
		d.wrong(key, "auto finds the format from the first lines", "%s: %v", key, err)
	}
}
