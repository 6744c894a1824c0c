package submitter

// sighting is which targets of a batch the service was found to have tasks for.
type sighting struct {
	batch Batch
	jobs  *matcher
}

func newSighting(b Batch) *sighting { return &sighting{batch: b, jobs: newMatcher(b.URLs)} }

func (s *sighting) add(tasks []Task) {
	for _, t := range tasks {
		s.jobs.match(t.URL, t.JobID)
	}
}

func (s *sighting) all() bool { return len(s.jobs.found) == len(s.jobs.exact) }

// missing are the URLs that no task was found for, in order.
func (s *sighting) missing() []string {
	var urls []string
	for i, u := range s.batch.URLs {
		if _, ok := s.jobs.found[i]; !ok {
			urls = append(urls, u)
		}
	}
	return urls
}

// outcome is what the sighting means for the batch: what was seen is accepted, any other in the state that is given.
func (s *sighting) outcome(b Batch, other State) Outcome {
	o := Outcome{
		Receipt: Receipt{Batch: b.ID, Zone: b.Zone, Accepted: len(s.jobs.found), Failed: []Failure{}, Attempts: b.Attempts},
		States:  fill(len(b.URLs), other),
		Jobs:    make([]string, len(b.URLs)),
	}
	for i := range b.URLs {
		job, ok := s.jobs.found[i]
		if !ok {
			continue
		}
		o.States[i], o.Jobs[i] = Accepted, job
		if o.Receipt.JobID == "" {
			o.Receipt.JobID = job
		}
	}
	return o
}
