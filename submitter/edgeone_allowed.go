package submitter

import "errors"

// What an account may only do when Tencent has put it on a list.
var (
	// ErrSegments is wrapped by the error of an account that may not have playlists resolved by EdgeOne.
	ErrSegments = errors.New("the account is not allowed to have playlists resolved by EdgeOne")
	// ErrMode is wrapped by the error of an account that may not use the mode edge.
	ErrMode = errors.New("the account is not allowed the mode edge")
)

// allowed notes that the account may do what was asked for.
func (e *EdgeOne) allowed(segments bool) {
	if segments {
		e.tookSegments.Store(true)
	}
	if e.Mode == edgeMode {
		e.tookMode.Store(true)
	}
}

const edgeMode = "edge"

// notAllowed makes the refusal of a parameter one that halving the batch does not mend, when it is of one that only some
// accounts may use. The API has no code of its own for that; after a call that it took, the cause is another.
func (e *EdgeOne) notAllowed(err error, segments bool) {
	refused, ok := errors.AsType[*Error](err)
	switch {
	case !ok || refused.Code != "InvalidParameter.ParameterError":
	case segments && !e.tookSegments.Load():
		refused.Class, refused.Err = ClassOther, ErrSegments
		refused.Hint = "set playlists.segments to local, or ask Tencent to allow it"
	case e.Mode == edgeMode && !e.tookMode.Load():
		refused.Class, refused.Err = ClassOther, ErrMode
		refused.Hint = "set submit.mode to default, or ask Tencent to allow it"
	}
}
