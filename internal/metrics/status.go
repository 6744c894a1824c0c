package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/edgewarm/edgewarm/internal/daemon"
)

// statusCollector reads what a daemon does now when it is asked for, so that no figure is old.
type statusCollector struct {
	status                             func() daemon.Status
	running, queued, next, done, total *prometheus.Desc
}

// Watch adds what the daemon does now to the metrics. It is called once.
func (m *Metrics) Watch(status func() daemon.Status) {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
	}
	m.registry.MustRegister(&statusCollector{
		status:  status,
		running: desc("running", "1 while a run of the schedule goes on.", "schedule"),
		queued:  desc("queued_runs", "Runs that wait for the one that goes on."),
		next:    desc("next_run_timestamp_seconds", "When the schedule is due next.", "schedule"),
		done:    desc("progress_done", "How many things the stage of the run that goes on has done.", "stage"),
		total:   desc("progress_total", "How many things the stage has to do; 0 when it is not known.", "stage"),
	})
}

func (c *statusCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.running, c.queued, c.next, c.done, c.total} {
		out <- d
	}
}

func (c *statusCollector) Collect(out chan<- prometheus.Metric) {
	s := c.status()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	gauge(c.queued, float64(len(s.Queue)))
	for _, one := range s.Schedules {
		gauge(c.next, float64(one.Next.Unix()), one.Name)
	}
	if r := s.Running; r != nil {
		gauge(c.running, 1, r.Job)
		if r.Stage != "" {
			gauge(c.done, float64(r.Done), r.Stage)
			gauge(c.total, float64(r.Total), r.Stage)
		}
	}
}
