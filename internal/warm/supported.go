package warm

// unsupportedError is a config that cannot be, or that a later version may take.
type unsupportedError string

func (e unsupportedError) Error() string { return string(e) }

// Is makes it one for the user to mend.
func (e unsupportedError) Is(target error) bool { return target == ErrUsage }
