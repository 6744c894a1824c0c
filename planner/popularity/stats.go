package popularity

import "time"

// Stats is what one log came to. Each request of Records is in exactly one of Counted and what follows it.
type Stats struct {
	// Name is the file's, or "-".
	Name string `json:"name"`
	// Format is how it was read, "" for an empty log.
	Format string `json:"format"`
	// Unchanged says that all of it was counted before, so that it was not opened.
	Unchanged bool `json:"unchanged,omitempty"`
	// Lines counts all lines but blank ones and headers; Bad those that the format does not fit.
	Lines int `json:"lines"`
	Bad   int `json:"bad"`
	// Records counts the requests that the lines hold.
	Records int `json:"records"`
	// Counted is how many of them made demand.
	Counted int `json:"counted"`
	// Methods, Statuses, Bots, Duplicates, Ranges, Outside and Invalid were left out: another method than GET; another
	// status than 200, 206 and 304; the agent of a machine; a RequestID seen before; a further range of a viewing (its
	// bytes count); before Since or not before Before; no URL that could be asked for.
	Methods    int `json:"methods"`
	Statuses   int `json:"statuses"`
	Bots       int `json:"bots"`
	Duplicates int `json:"duplicates"`
	Ranges     int `json:"ranges"`
	Outside    int `json:"outside"`
	Invalid    int `json:"invalid"`
	// Future counts requests later than Until, and Undated those without a time: both count whole.
	Future  int `json:"future"`
	Undated int `json:"undated"`
	// First and Last are the earliest and the latest time of a request; zero when none has one.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
	// Warnings has a sample of the bad lines.
	Warnings []Warning `json:"warnings,omitempty"`
}
