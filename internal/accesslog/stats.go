package accesslog

import "github.com/edgewarm/edgewarm/internal/warning"

// Stats is what reading one log came to.
type Stats struct {
	// Format is how the lines were read; its zero value is that of an empty log.
	Format Format
	// Lines counts all lines but blank ones and headers.
	Lines int
	// Bad counts the lines that the format does not fit.
	Bad int
	// Records counts what was given to the caller: a line may hold several.
	Records int
	// First and Last are the earliest and the latest time of a record, in Unix seconds; 0 when there is none.
	First, Last int64
	// Warnings has a sample of the bad lines, and whatever else the reader should know.
	Warnings []warning.Warning
}
