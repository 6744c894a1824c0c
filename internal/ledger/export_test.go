package ledger

import (
	"database/sql"
	"database/sql/driver"
)

// WithConnector makes the options open the database through wrap.
func (o Options) WithConnector(wrap func(driver.Connector) driver.Connector) Options {
	o.connector = wrap
	return o
}

// Version is the newest schema that is known.
const Version = len(migrations)

// DB is the database behind the ledger.
func (l *Ledger) DB() *sql.DB { return l.db }
