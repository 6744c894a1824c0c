package popularity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/planner/popularity"
)

var _ planner.Ranked = (*popularity.Model)(nil)

// No more resources are expected to be missed n times than AtLeast says, of all that the log has.
func TestAtLeast(t *testing.T) {
	t.Parallel()
	var log pushed
	found := []*crawler.Resource{}
	for i := range 30 {
		title := fmt.Sprintf("/films/%02d/", i)
		log.watch(night.Add(-48*time.Hour), title, 1+200/(i+1))
		found = append(found, &crawler.Resource{URL: cdn + title + "master.m3u8", Kind: crawler.Playlist, Title: cdn + title + "master.m3u8"})
		for n := range 40 {
			found = append(found, segment(title, n))
		}
	}
	for i := range 300 {
		for range 1 + 300/(i+1) {
			log.ask(night.Add(-36*time.Hour), fmt.Sprintf("/pages/%03d.html", i), []string{"hit", "miss"}[i%2])
		}
		found = append(found, &crawler.Resource{URL: fmt.Sprintf("%s/pages/%03d.html", cdn, i), Kind: crawler.Page})
	}
	m := log.model(t)
	told := 0
	for n := 200.0; n > 0.5; n *= 0.8 {
		most, known := m.AtLeast(n)
		if !known {
			continue
		}
		told++
		expected := 0
		for _, r := range found {
			if f := forecast(m, r); f.Expected*f.Cold >= n {
				expected++
			}
		}
		if expected > most {
			t.Errorf("%d are expected to be missed %.1f times, and at most %d were to be", expected, n, most)
		}
		if most > 3*expected+30 {
			t.Errorf("%d are expected to be missed %.1f times, which at most %d says little of", expected, n, most)
		}
	}
	if told < 5 {
		t.Errorf("it told of %d numbers only", told)
	}
	if _, known := m.AtLeast(0.01); known {
		t.Error("it knows what nobody has asked for yet")
	}
}

// A model of nothing knows of nothing.
func TestAtLeastOfNothing(t *testing.T) {
	t.Parallel()
	if n, known := (&popularity.Model{}).AtLeast(1); n != 0 || !known {
		t.Errorf("got %d, %v", n, known)
	}
}
