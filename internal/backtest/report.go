package backtest

import "github.com/edgewarm/edgewarm/planner"

// Report is what a back-test came to. Its JSON names are a promise.
type Report struct {
	// By is what OfBest is measured in: misses, or requests where the log has no cache status.
	By string `json:"by"`
	// Total is what all scored days asked for, Known what of it was for candidates: nothing can cover more.
	Total Amount `json:"total"`
	Known Amount `json:"known"`
	// Quotas are the sums over all days, Days each of them.
	Quotas []QuotaReport `json:"quotas"`
	Days   []DayReport   `json:"days"`
}

// DayReport is one day that was scored.
type DayReport struct {
	Day string `json:"day"`
	// Candidates is how many resources could have been warmed.
	Candidates int           `json:"candidates"`
	Total      Amount        `json:"total"`
	Known      Amount        `json:"known"`
	Quotas     []QuotaReport `json:"quotas"`
}

// QuotaReport is how each order did with a quota. Of several days Units is the sum of theirs.
type QuotaReport struct {
	Quota  string `json:"quota"`
	Units  int    `json:"units"`
	Orders []Row  `json:"orders"`
}

// Row is how one order did.
type Row struct {
	Order   string `json:"order"`
	Covered Amount `json:"covered"`
	// Share is what was covered of all that was asked for, from 0 to 1.
	Share Amount `json:"share"`
	// OfBest is what was covered of what the clairvoyant covers.
	OfBest float64 `json:"of_best"`
}

// Amount is how much was asked for; or shares of that.
type Amount struct {
	Requests float64 `json:"requests"`
	Misses   float64 `json:"misses"`
	Bytes    float64 `json:"bytes"`
}

func newAmount(d planner.Demand) Amount { return Amount{d.Requests, d.Misses, d.Bytes} }

func (a *Amount) add(b Amount) {
	a.Requests += b.Requests
	a.Misses += b.Misses
	a.Bytes += b.Bytes
}

// Of are the shares of a whole; 0 where that is 0.
func (a Amount) Of(whole Amount) Amount {
	return Amount{ratio(a.Requests, whole.Requests), ratio(a.Misses, whole.Misses), ratio(a.Bytes, whole.Bytes)}
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// value is misses, or requests where the whole has no misses.
func (a Amount) value(whole Amount) float64 {
	if whole.Misses == 0 {
		return a.Requests
	}
	return a.Misses
}

// finish works out the shares of the rows.
func (q *QuotaReport) finish(total Amount) {
	best := 0.0
	for _, row := range q.Orders {
		if row.Order == Best {
			best = row.Covered.value(total)
		}
	}
	for i := range q.Orders {
		row := &q.Orders[i]
		row.Share = row.Covered.Of(total)
		row.OfBest = ratio(row.Covered.value(total), best)
	}
}

// sum adds the days up.
func (r *Report) sum() {
	r.Total, r.Known, r.Quotas = Amount{}, Amount{}, nil
	for _, day := range r.Days {
		r.Total.add(day.Total)
		r.Known.add(day.Known)
		for i, q := range day.Quotas {
			if i == len(r.Quotas) {
				r.Quotas = append(r.Quotas, QuotaReport{Quota: q.Quota})
			}
			r.Quotas[i].add(q)
		}
	}
	for i := range r.Quotas {
		r.Quotas[i].finish(r.Total)
	}
	if r.By = "misses"; r.Total.Misses == 0 {
		r.By = "requests"
	}
}

func (q *QuotaReport) add(day QuotaReport) {
	q.Units += day.Units
	for i, row := range day.Orders {
		if i == len(q.Orders) {
			q.Orders = append(q.Orders, Row{Order: row.Order})
		}
		q.Orders[i].Covered.add(row.Covered)
	}
}

// Row returns how an order did with a quota.
func (q *QuotaReport) Row(order string) (Row, bool) {
	for _, row := range q.Orders {
		if row.Order == order {
			return row, true
		}
	}
	return Row{}, false
}
