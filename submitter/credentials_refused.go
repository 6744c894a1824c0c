package submitter

import (
	"context"
	"sync"
)

type refusedKey struct{}

// RefusedCredentials are those that the service has refused just now, when that is why a source is asked: one that keeps
// what it was given has to get new ones, whatever their time, since these may have been revoked or a clock be wrong.
func RefusedCredentials(ctx context.Context) (Credentials, bool) {
	c, ok := ctx.Value(refusedKey{}).(Credentials)
	return c, ok
}

// isRefused is whether the service has refused c just now.
func isRefused(ctx context.Context, c Credentials) bool {
	refused, ok := RefusedCredentials(ctx)
	return ok && refused == c
}

// keptCredentials are those of a file, which is read each time, so that a key that is replaced is taken up. While it cannot
// be read, as it is just being replaced, those that it had are given, unless the service refuses them.
type keptCredentials struct {
	read func(context.Context) (Credentials, error)

	mu   sync.Mutex
	last Credentials
}

func (k *keptCredentials) credentials(ctx context.Context) (Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, err := k.read(ctx)
	if err == nil {
		k.last = c
	} else if k.last != (Credentials{}) && !isRefused(ctx, k.last) {
		return k.last, nil
	}
	return c, err
}
