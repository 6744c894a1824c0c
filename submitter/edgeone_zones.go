package submitter

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"golang.org/x/time/rate"
)

// The largest pages, and a bound on lists that never end: no account has 50,000 zones, or 100,000 hosts in one.
const (
	zonesPage   = 100
	domainsPage = 200
	maxPages    = 500
)

// Zone is a site of the account.
type Zone struct {
	ID, Name string
	// Status is active, pending, moved, deactivated or initializing.
	Status string
	// Paused zones serve nothing.
	Paused bool
}

// Domain is a host that a zone accelerates; its name may begin with "*.".
type Domain struct {
	Zone, Name string
	// Status is online, process (being deployed), offline, forbidden or init.
	Status string
}

// Serves is whether requests to the host are answered by EdgeOne, so that warming it has a point.
func (d Domain) Serves() bool { return d.Status != "offline" && d.Status != "forbidden" }

type zonesRequest struct {
	*tchttp.BaseRequest `json:"-"`
	Offset              *int `json:"Offset,omitempty"`
	Limit               *int `json:"Limit,omitempty"`
}

type zonesAnswer struct {
	TotalCount int
	Zones      []struct {
		ZoneID   string `json:"ZoneId"`
		ZoneName string
		Status   string
		Paused   bool
	}
}

// Zones lists one page of the account's zones with DescribeZones, and how many there are; a limit of 0 is the largest, 100.
func (e *EdgeOne) Zones(ctx context.Context, offset, limit int) ([]Zone, int, error) {
	limit = pageSize(limit, zonesPage)
	answer, err := edgeSend[zonesAnswer](ctx, e, &zonesRequest{BaseRequest: newRequest("DescribeZones"), Offset: &offset, Limit: &limit})
	if err != nil {
		return nil, 0, err
	}
	zones := make([]Zone, len(answer.Zones))
	for i, z := range answer.Zones {
		zones[i] = Zone{ID: z.ZoneID, Name: z.ZoneName, Status: z.Status, Paused: z.Paused}
	}
	return zones, answer.TotalCount, nil
}

type domainsRequest struct {
	*tchttp.BaseRequest `json:"-"`
	ZoneID              *string `json:"ZoneId,omitempty"`
	Offset              *int    `json:"Offset,omitempty"`
	Limit               *int    `json:"Limit,omitempty"`
}

type domainsAnswer struct {
	TotalCount          int
	AccelerationDomains []struct{ DomainName, DomainStatus string }
}

// Domains lists one page of a zone's hosts with DescribeAccelerationDomains, and how many there are; a limit of 0 is the
// largest, 200.
func (e *EdgeOne) Domains(ctx context.Context, zone string, offset, limit int) ([]Domain, int, error) {
	limit = pageSize(limit, domainsPage)
	req := &domainsRequest{BaseRequest: newRequest("DescribeAccelerationDomains"), ZoneID: &zone, Offset: &offset, Limit: &limit}
	answer, err := edgeSend[domainsAnswer](ctx, e, req)
	if err != nil {
		return nil, 0, err
	}
	domains := make([]Domain, len(answer.AccelerationDomains))
	for i, d := range answer.AccelerationDomains {
		domains[i] = Domain{Zone: zone, Name: strings.ToLower(d.DomainName), Status: d.DomainStatus}
	}
	return domains, answer.TotalCount, nil
}

func pageSize(limit, largest int) int {
	if limit <= 0 || limit > largest {
		return largest
	}
	return limit
}

// AllZones asks for all zones, page after page, each request when the limiter lets it go; a nil limiter does not hold.
func (e *EdgeOne) AllZones(ctx context.Context, limiter *rate.Limiter) ([]Zone, error) {
	return allPages(ctx, limiter, "DescribeZones", func(offset int) ([]Zone, int, error) {
		return e.Zones(ctx, offset, zonesPage)
	})
}

// Hosts asks for all hosts of a zone as AllZones does. One that does not serve is left out: Domains tells of it.
func (e *EdgeOne) Hosts(ctx context.Context, limiter *rate.Limiter, zone string) ([]string, error) {
	domains, err := allPages(ctx, limiter, "DescribeAccelerationDomains", func(offset int) ([]Domain, int, error) {
		return e.Domains(ctx, zone, offset, domainsPage)
	})
	if err != nil {
		return nil, fmt.Errorf("zone %s: %w", clean(zone, maxCode), err)
	}
	return serving(domains), nil
}

// ZoneHosts is AllZones with the Hosts of each. A zone that is paused is left out.
func (e *EdgeOne) ZoneHosts(ctx context.Context, limiter *rate.Limiter) (map[string][]string, error) {
	zones, err := e.AllZones(ctx, limiter)
	if err != nil {
		return nil, err
	}
	hosts := make(map[string][]string, len(zones))
	for _, z := range zones {
		if z.Paused || z.ID == "" {
			continue
		}
		if hosts[z.ID], err = e.Hosts(ctx, limiter, z.ID); err != nil {
			return nil, err
		}
	}
	return hosts, nil
}

func serving(domains []Domain) []string {
	var hosts []string
	for _, d := range domains {
		if d.Serves() {
			hosts = append(hosts, d.Name)
		}
	}
	return hosts
}

var (
	errLongList  = errors.New("the list does not end")
	errShortList = errors.New("the list ended early")
)

// allPages asks for pages until as many are there as the service says that there are.
func allPages[T any](ctx context.Context, limiter *rate.Limiter, op string, page func(offset int) ([]T, int, error)) ([]T, error) {
	var all []T
	for range maxPages {
		if limiter != nil {
			if err := limiter.Wait(ctx); err != nil {
				return nil, &Error{Op: op, Class: ClassRetry, Err: err}
			}
		}
		items, total, err := page(len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		switch {
		case len(all) >= total:
			return all, nil
		case len(items) == 0:
			return nil, &Error{Op: op, Class: ClassUnknown, Status: 200, Err: fmt.Errorf("%w, at %d of %d", errShortList, len(all), total)}
		}
	}
	return nil, &Error{Op: op, Class: ClassOther, Status: 200, Err: fmt.Errorf("%w after %d pages", errLongList, maxPages)}
}
