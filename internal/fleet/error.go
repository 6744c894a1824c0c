package fleet

// Error is what could not be done with the database.
type Error struct {
	// Op is what was asked: open, begin …
	Op string
	// Name is the database's, without its password.
	Name string
	Err  error
}

// Error names the operation, the database and the cause.
func (e *Error) Error() string { return e.Op + " " + e.Name + ": " + oneLine(e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
