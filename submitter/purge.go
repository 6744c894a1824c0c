package submitter

import (
	"context"
	"errors"
)

// Purger is an API that can remove URLs from the caches, as EdgeOne can.
type Purger interface {
	// Purge removes the batch's URLs from the caches. What it returns is as of API.Prefetch.
	Purge(ctx context.Context, b Batch) (Receipt, error)
	// PurgeQuota is what the zone may still purge; ErrNoPurgeQuota when the service does not tell.
	PurgeQuota(ctx context.Context, zone string) (Quota, error)
}

var _ Purger = (*EdgeOne)(nil)

// Purge removes the batch's URLs from the caches, at the common pace and with retries, those after a lost answer
// included: to remove what is removed changes nothing, and takes no more than quota. The error of an API that is no Purger
// is errors.ErrUnsupported. Nothing is journaled.
func (s *Submitter) Purge(ctx context.Context, b Batch) (Receipt, error) {
	var receipt Receipt
	err := s.purging(ctx, func(ctx context.Context, p Purger) (err error) {
		b.Attempts++
		receipt, err = p.Purge(ctx, b)
		return err
	})
	return receipt, err
}

// PurgeQuota reads what the zone may still purge, at the common pace and with retries.
func (s *Submitter) PurgeQuota(ctx context.Context, zone string) (Quota, error) {
	var quota Quota
	err := s.purging(ctx, func(ctx context.Context, p Purger) (err error) {
		quota, err = p.PurgeQuota(ctx, zone)
		return err
	})
	return quota, err
}

func (s *Submitter) purging(ctx context.Context, op func(context.Context, Purger) error) error {
	p, ok := s.API.(Purger)
	if !ok {
		return errors.ErrUnsupported
	}
	s.prepare()
	return s.read(ctx, func(ctx context.Context) error { return op(ctx, p) })
}
