package progress_test

import (
	"math"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/internal/progress"
)

func TestMeter(t *testing.T) {
	t.Parallel()
	var m progress.Meter
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if _, known := m.Left(); known || m.Rate() != 0 {
		t.Error("before anything was done it tells a rate")
	}
	done := 0
	step := func(rate, seconds int) {
		for range seconds {
			done += rate
			at = at.Add(time.Second)
			m.Add(at, done, 10_000)
		}
	}
	step(100, 10)
	left, known := m.Left()
	if got := m.Rate(); math.Abs(got-100) > 1 || !known || left.Round(time.Second) != 90*time.Second {
		t.Errorf("at 100 a second: %v a second, %v left", got, left)
	}
	step(20, 30) // slower for longer than it looks back
	if got := m.Rate(); math.Abs(got-20) > 2 {
		t.Errorf("at 20 a second of late: %v", got)
	}
	step(0, 30)
	if _, known := m.Left(); known || m.Rate() != 0 {
		t.Errorf("standing still it tells %v a second", m.Rate())
	}
	if m.Elapsed() != 69*time.Second {
		t.Errorf("it went on for %v", m.Elapsed())
	}
}
