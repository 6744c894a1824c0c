package warm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/edgewarm/edgewarm/submitter"
)

// connect makes the client of the service, and the one limiter that all of its calls share.
func (w *Warmer) connect(ctx context.Context) error {
	if w.api != nil {
		return nil
	}
	if err := w.checkHeaders(); err != nil {
		return err
	}
	w.limiter = submitter.NewLimiter(w.Config.Submit.Rate)
	if w.byGet() {
		return w.connectHTTP()
	}
	account := w.Config.Account
	if err := submitter.CheckEndpoint(account.Endpoint); err != nil {
		return err
	}
	credentials := w.Credentials
	if credentials == nil {
		named, err := submitter.CredentialsFrom(account.Credentials)
		if err != nil {
			return err
		}
		credentials = named
	}
	w.edge = &submitter.EdgeOne{
		Endpoint:    account.Endpoint,
		Credentials: credentials,
		Headers:     w.Config.Submit.Headers,
		Segments:    w.resolves(),
		Transport:   w.transport,
	}
	if w.Config.Submit.Mode == edgeMode {
		w.edge.Mode = edgeMode
	}
	w.api = everywhere{w.edge, func() int { return w.Config.Plan.Quota }}
	if w.transport == nil {
		w.share(ctx)
	}
	return nil
}

// Close ends the connections to the service.
func (w *Warmer) Close() {
	if c, ok := w.api.(interface{ Close() }); ok {
		c.Close()
	}
	if w.paces != nil {
		_ = w.paces.Close() // nothing is lost with it
		w.paces = nil
	}
}

// Zones returns the hosts of each zone: those of the config, else those that the API names.
func (w *Warmer) Zones(ctx context.Context) (map[string][]string, error) {
	if len(w.Config.Account.Zones) > 0 {
		return w.expand(ctx, w.Config.Account.Zones)
	}
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	zones, err := w.askZones(ctx)
	if err != nil {
		return nil, err
	}
	if len(zones) == 0 {
		return nil, errors.New("the account has no zone that serves a host")
	}
	return zones, nil
}

// ZoneQuota is what a zone may spend, and what of it a plan may.
type ZoneQuota struct {
	submitter.Quota
	// Budget is what is available less the reserve and what is booked.
	Budget int
	// Booked is what is kept today for launches.
	Booked int
}

// Quotas reads the quota of each zone. A zone whose quota cannot be read is told to Watch and is not among the result;
// the error is for what concerns all zones, or for when none could be read.
func (w *Warmer) Quotas(ctx context.Context, zones map[string][]string) (map[string]ZoneQuota, error) {
	if err := w.connect(ctx); err != nil {
		return nil, err
	}
	booked, err := w.booked(ctx)
	if err != nil {
		return nil, err
	}
	quotas := map[string]ZoneQuota{}
	var failed []*HintError
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		quota, err := w.quota(ctx, zone)
		switch {
		case err == nil:
			quotas[zone] = ZoneQuota{
				Quota: quota, Budget: max(w.budget(quota)-booked[zone], 0) + w.later(quota), Booked: booked[zone],
			}
			continue
		case ctx.Err() != nil:
			return nil, err
		case submitter.ClassOf(err) == submitter.ClassUnauthorized:
			return nil, err
		}
		failed = append(failed, &HintError{Err: fmt.Errorf("zone %s: %w", zone, err), Hint: quotaHint(err)})
	}
	var last error
	if n := len(failed); n > 0 && len(quotas) == 0 {
		last, failed = failed[n-1], failed[:n-1]
	}
	for _, f := range failed {
		w.Watch.fault(f, f.Hint)
	}
	return quotas, last
}

// budget is what a plan may spend of a zone's quota. The reserve is a share of the whole day's, so that a run that was
// interrupted and is run again leaves as much untouched as one that was not.
func (w *Warmer) budget(quota submitter.Quota) int {
	daily, available := quota.Daily, quota.Available
	if q := w.Config.Plan.Quota; q >= 0 {
		spent := daily - available
		daily, available = q, min(q-spent, available)
	}
	return max(available-w.Config.Plan.Reserve.Of(daily), 0)
}
