package edgeonetest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

func TestRateInEverySlidingSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := oneZone()
		o.Rate = 0
		s := edgeonetest.New(o)
		c := newClient(t, s)
		refused := func(n int) (k int) {
			for range n {
				if c.call("DescribeZones", object{}).Error.Code == "RequestLimitExceeded" {
					k++
				}
			}
			return k
		}
		if got := refused(10); got != 0 {
			t.Errorf("%d of the first 10 refused", got)
		}
		time.Sleep(900 * time.Millisecond)
		if got := refused(12); got != 2 {
			t.Errorf("%d of 12 refused, want 2: the second slides", got)
		}
		time.Sleep(100 * time.Millisecond)
		if got := refused(11); got != 1 {
			t.Errorf("%d of 11 refused, want 1: the first 10 are a second old", got)
		}
		sum := s.Summary()
		if sum.Peak != 23 || sum.PeakByAction["DescribeZones"] != 23 || sum.Codes["RequestLimitExceeded"] != 3 || sum.Codes["ok"] != 30 {
			t.Errorf("got %+v", sum)
		}
	})
}

func TestRatePerAction(t *testing.T) {
	t.Parallel()
	for _, perAction := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			o := oneZone()
			o.Rate, o.RatePerAction = 1, perAction
			c := newClient(t, edgeonetest.New(o))
			c.call("DescribeZones", object{})
			got := c.call("DescribeContentQuota", object{"ZoneId": "zone-1"}).Error.Code
			if (got == "") != perAction {
				t.Errorf("per action %v: got %q", perAction, got)
			}
		})
	}
}

func TestStrangersDoNotUseUpTheRate(t *testing.T) {
	t.Parallel()
	o := oneZone()
	o.Rate = 1
	s := edgeonetest.New(o)
	c, stranger := newClient(t, s), newClient(t, s)
	stranger.key = "guessed"
	for range 5 {
		stranger.call("DescribeZones", object{})
	}
	if got := c.call("DescribeZones", object{}).Error.Code; got != "" {
		t.Errorf("got %q", got)
	}
}
