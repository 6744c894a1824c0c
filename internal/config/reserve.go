package config

import (
	"errors"
	"math"
	"strconv"
)

// AutoQuota as Plan.Quota asks the API for the quota of the day.
const AutoQuota = -1

// Reserve is a share of the day's quota in percent, or a number of units; one of the two is 0.
type Reserve struct {
	Percent float64
	Units   int
}

// Of is the units that are left untouched of a quota of daily units, rounded up and at most daily.
func (r Reserve) Of(daily int) int {
	if r.Percent > 0 {
		const rounding = 1e-9 // 1.1% of 1000 is 11, whatever floating point adds to it
		return min(daily, int(math.Ceil(float64(daily)*r.Percent/100-rounding)))
	}
	return min(daily, r.Units)
}

// isValid tells that it is one of the two.
func (r Reserve) isValid() bool {
	return r.Percent >= 0 && r.Percent <= 100 && r.Units >= 0 && (r.Percent == 0 || r.Units == 0)
}

// text is the reserve as the file has it: 10% or 500.
func (r Reserve) text() any {
	if r.Units > 0 {
		return r.Units
	}
	return strconv.FormatFloat(r.Percent, 'f', -1, 64) + "%"
}

// ParseReserve reads a share of a quota or a number of units, as the file has them: 10% or 500.
func ParseReserve(text string) (r Reserve, err error) {
	if wrong, _ := setReserve(&r, "it", text); wrong != "" {
		return r, errors.New(wrong)
	}
	return r, nil
}
