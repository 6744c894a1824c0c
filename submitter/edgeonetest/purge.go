package edgeonetest

type purgeParameters struct {
	ZoneID, Type, Method string
	Targets              []string
	EncodeURL            bool
}

// createPurgeTask knows the type purge_url alone.
func (s *Simulator) createPurgeTask(c *call) answer {
	var p purgeParameters
	zone, fail := s.decodeTargets(c, &p, &p.ZoneID, &p.Targets)
	switch {
	case fail != nil:
		return *fail
	case p.Type != kindPurge:
		return refuse("InvalidParameter.ParameterError", "only the Type purge_url is simulated")
	case len(p.Targets) == 0:
		return refuse("MissingParameter", "the parameter `Targets` is missing")
	case len(p.Targets) > s.batchOf(zone):
		return refuse("LimitExceeded.BatchQuota", "a call may carry at most %d targets", s.batchOf(zone))
	}
	targets, fail := s.place(zone, p.Targets)
	if fail != nil {
		return *fail
	}
	if fail := s.charge(targets, kindPurge, c); fail != nil {
		return *fail
	}
	c.job = jobID(c)
	for _, t := range targets {
		s.history.purge(Accepted{Time: c.now, Zone: t.zone.ID, URL: t.url, JobID: c.job}, s.o.MaxHistory)
	}
	return answer{fields: map[string]any{"JobId": c.job, "FailedList": nil}}
}
