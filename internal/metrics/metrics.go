// Package metrics counts what edgewarm serve does, for Prometheus. docs/metrics.md lists all of it, and a test holds the
// two together.
package metrics

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// Metrics has a registry of its own, so that nothing else of the process is in it. It is a daemon.Observer.
type Metrics struct {
	registry *prometheus.Registry

	runs, targets, discovered, leftOut, refused, reloads, webhooks, events, requests *prometheus.CounterVec
	duration, latency                                                                *prometheus.HistogramVec
	ended, succeeded, quota                                                          *prometheus.GaugeVec
	reloadGood                                                                       prometheus.Gauge
}

// New makes the metrics of an edgewarm of a version.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.counters()
	m.duration = histogram(m, "run_duration_seconds", "How long runs take.", []float64{1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400}, "schedule")
	m.latency = histogram(m, "http_request_duration_seconds", "How long answers of the dashboard and the input of events take.", prometheus.DefBuckets, "route")
	m.ended = gauge(m, "last_run_timestamp_seconds", "When the last run ended, however it did.", "schedule")
	m.succeeded = gauge(m, "last_success_timestamp_seconds", "When the last run ended that was done with all of it: exit code 0.", "schedule")
	m.quota = gauge(m, "quota_units", "A zone's quota of the day as the last run saw it: daily, available or used.", "zone", "kind")
	m.reloadGood = gauge(m, "config_last_reload_successful", "1 when the config that was read last was taken, 0 when it was refused.").WithLabelValues()
	m.reloadGood.Set(1)
	gauge(m, "build_info", "1, with the version of edgewarm and of Go.", "version", "go_version").WithLabelValues(version, runtime.Version()).Set(1)
	return m
}

func (m *Metrics) counters() {
	m.runs = counter(m, "runs_total", "Runs that ended, by their exit code.", "schedule", "exit")
	m.targets = counter(m, "targets_total", "Targets of plans by what became of them: accepted, failed, unknown or deferred.", "schedule", "outcome")
	m.discovered = counter(m, "discovered_urls_total", "URLs that runs found.", "schedule")
	m.leftOut = counter(m, "left_out_urls_total", "URLs that plans left out, by reason.", "schedule", "reason")
	m.refused = counter(m, "refused_runs_total", "Runs that were due while the same one went or waited.", "schedule")
	m.reloads = counter(m, "config_reloads_total", "Times that the config was read anew: taken or refused.", "result")
	m.webhooks = counter(m, "webhooks_total", "Webhooks that were sent, with all their tries: told or failed.", "result")
	m.events = counter(m, "events_total", "Events by what became of them: received, done, failed, or pending when one was put off.", "state")
	m.requests = counter(m, "http_requests_total", "Requests to the dashboard and the input of events.", "route", "code")
}

const namespace = "edgewarm"

func counter(m *Metrics, name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func gauge(m *Metrics, name, help string, labels ...string) *prometheus.GaugeVec {
	v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
	m.registry.MustRegister(v)
	return v
}

func histogram(m *Metrics, name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
	m.registry.MustRegister(v)
	return v
}

// Handler answers with the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true, MaxRequestsInFlight: 4})
}

// RunEnded counts a run. One that failed before it had a summary counts by its error.
func (m *Metrics) RunEnded(job string, s warm.Summary, err error) {
	exit := s.Exit
	if exit == warm.ExitDone {
		exit = warm.ExitOf(err)
	}
	m.runs.WithLabelValues(job, strconv.Itoa(exit)).Inc()
	m.ended.WithLabelValues(job).SetToCurrentTime()
	if exit == warm.ExitDone {
		m.succeeded.WithLabelValues(job).SetToCurrentTime()
	}
	if !s.Ended.IsZero() {
		m.duration.WithLabelValues(job).Observe(s.Ended.Sub(s.Started).Seconds())
	}
	m.discovered.WithLabelValues(job).Add(float64(s.Discovered))
	for outcome, n := range map[string]int{"accepted": s.Accepted, "failed": s.Failed, "unknown": s.Unknown, "deferred": s.Deferred} {
		m.targets.WithLabelValues(job, outcome).Add(float64(n))
	}
	for reason, n := range s.LeftOut {
		m.leftOut.WithLabelValues(job, string(reason)).Add(float64(n))
	}
	for zone, q := range s.Quota {
		m.quota.WithLabelValues(zone, "daily").Set(float64(q.Daily))
		m.quota.WithLabelValues(zone, "available").Set(float64(q.Available))
		m.quota.WithLabelValues(zone, "used").Set(float64(q.Used))
	}
}

// Refused counts a run that was due while the same one went or waited.
func (m *Metrics) Refused(job string) { m.refused.WithLabelValues(job).Inc() }

// Reloaded counts that the config was read anew.
func (m *Metrics) Reloaded(err error) {
	m.reloads.WithLabelValues(result(err, "taken", "refused")).Inc()
	if err == nil {
		m.reloadGood.Set(1)
	} else {
		m.reloadGood.Set(0)
	}
}

// Notified counts a webhook.
func (m *Metrics) Notified(err error) {
	m.webhooks.WithLabelValues(result(err, "told", "failed")).Inc()
}

// Events counts events that came to a state.
func (m *Metrics) Events(state ledger.EventState, n int) {
	m.events.WithLabelValues(string(state)).Add(float64(n))
}

// Received counts events that came in.
func (m *Metrics) Received(n int) { m.events.WithLabelValues("received").Add(float64(n)) }

// Answered counts an answer of the dashboard or of the input of events; route is the pattern that it took.
func (m *Metrics) Answered(route string, code int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
	m.latency.WithLabelValues(route).Observe(took.Seconds())
}

func result(err error, good, bad string) string {
	if err == nil {
		return good
	}
	return bad
}

var _ daemon.Observer = (*Metrics)(nil)
