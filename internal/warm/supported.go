package warm

import "strings"

// unsupportedError is a config that cannot be, or that a later version may take.
type unsupportedError string

func (e unsupportedError) Error() string { return string(e) }

// Is makes it one for the user to mend.
func (e unsupportedError) Is(target error) bool { return target == ErrUsage }

// unsupported is the error for what the config may say and this version cannot do yet.
func (w *Warmer) unsupported() error {
	if scheme, _, ok := strings.Cut(w.Config.State, "://"); ok {
		return &HintError{
			Err:  unsupportedError("state: a ledger on " + scheme + " is not in this version"),
			Hint: "name a file under state",
		}
	}
	return nil
}
