package effect

// stratum is objects of like scores.
type stratum struct{ warmed, held spread }

// spread is how many there are, their mean, and the sum of the squares of how far they are from it.
type spread struct{ n, mean, squares float64 }

// add is Welford's: it loses no digits where the mean is far from 0.
func (s *spread) add(x float64) {
	s.n++
	off := x - s.mean
	s.mean += off / s.n
	s.squares += off * (x - s.mean)
}

// ofMean is the variance of the mean.
func (s *spread) ofMean() float64 {
	if s.n < 2 {
		return 0
	}
	return s.squares / (s.n - 1) / s.n
}

// split makes so many strata of objects in order of their scores, of as many objects each: where they end must not depend
// on the lot, or those held out would all be at one end of theirs. What has one score is in one stratum, since nothing tells
// it apart; one that has too few held out for a variance is one with the next.
func split(sorted []Object, number int) []stratum {
	var strata []stratum
	var s stratum
	next := 1 // is where the stratum ends, as a part of number
	for i := range sorted {
		o := &sorted[i]
		if o.Held {
			s.held.add(o.Misses)
		} else {
			s.warmed.add(o.Misses)
		}
		if i+1 < len(sorted) && (sorted[i+1].Score == o.Score || (i+1)*number < next*len(sorted)) {
			continue
		}
		next = (i+1)*number/len(sorted) + 1
		if s.held.n >= 2 {
			strata = append(strata, s)
			s = stratum{}
		}
	}
	if last := len(strata) - 1; last >= 0 {
		strata[last].join(s)
	}
	return strata
}

func (s *stratum) join(o stratum) {
	s.warmed.join(o.warmed)
	s.held.join(o.held)
}

// join is as if all of o had been added.
func (s *spread) join(o spread) {
	if o.n == 0 {
		return
	}
	n, off := s.n+o.n, o.mean-s.mean
	s.squares += o.squares + off*off*s.n*o.n/n
	s.mean += off * o.n / n
	s.n = n
}
