package warm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/warm"
	"github.com/edgewarm/edgewarm/planner"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// media is a playlist of segments.
func media(segments ...string) string {
	text := "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
	for _, s := range segments {
		text += "#EXTINF:4,\n" + s + "\n"
	}
	return text + "#EXT-X-ENDLIST\n"
}

// films is a title with audio of its own, one of a single playlist, and one of fMP4.
func films() map[string]string {
	return map[string]string{
		"/a/master.m3u8": "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"en\",URI=\"audio.m3u8\"\n" +
			"#EXT-X-STREAM-INF:BANDWIDTH=1000,AUDIO=\"a\"\nvideo.m3u8\n",
		"/a/video.m3u8": media("v1.ts", "v2.ts", "v3.ts"),
		"/a/audio.m3u8": media("a1.ts", "a2.ts"),
		"/b/index.m3u8": media("1.ts", "2.ts", "3.ts", "4.ts"),
		"/c/index.m3u8": strings.Replace(media("1.m4s", "2.m4s"), "#EXTINF", "#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF", 1),
	}
}

// found is what the service finds by itself in the films.
func found(playlist string) []string {
	root, path, _ := strings.Cut(strings.TrimPrefix(playlist, "http://"), "/")
	names := map[string][]string{
		"a/master.m3u8": {"a/video.m3u8", "a/audio.m3u8", "a/v1.ts", "a/v2.ts", "a/v3.ts", "a/a1.ts", "a/a2.ts"},
		"b/index.m3u8":  {"b/1.ts", "b/2.ts", "b/3.ts", "b/4.ts"},
	}[path]
	urls := make([]string, len(names))
	for i, name := range names {
		urls[i] = "http://" + root + "/" + name
	}
	return urls
}

func edgeWorld(t *testing.T, o edgeonetest.Options) *world {
	t.Helper()
	o.Segments = found
	w := newWorld(t, o, films(), "/a/master.m3u8", "/b/index.m3u8", "/c/index.m3u8")
	w.config.Playlists.Segments = "edge"
	return w
}

// all are the 17 URLs of the films.
func all() []string {
	return []string{
		"/a/a1.ts", "/a/a2.ts", "/a/audio.m3u8", "/a/master.m3u8", "/a/v1.ts", "/a/v2.ts", "/a/v3.ts", "/a/video.m3u8",
		"/b/1.ts", "/b/2.ts", "/b/3.ts", "/b/4.ts", "/b/index.m3u8",
		"/c/1.m4s", "/c/2.m4s", "/c/index.m3u8", "/c/init.mp4",
	}
}

// explicit takes the plus from what the service found by itself.
func explicit(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = strings.TrimPrefix(p, "+")
	}
	slices.Sort(out)
	return out
}

func TestSegmentsAreLeftToTheService(t *testing.T) {
	t.Parallel()
	w := edgeWorld(t, edgeonetest.Options{AllowSegments: true})
	s := w.mustRun(t, warm.RunOptions{})
	if s.Planned != 6 || s.LeftOut[planner.Covered] != 11 || s.Quota[zoneID].Used != 17 {
		t.Errorf("got %+v, want 6 planned that cover 11 more, for 17 units", s)
	}
	if diff := cmp.Diff(all(), explicit(w.accepted())); diff != "" {
		t.Errorf("accepted (-want +got):\n%s", diff)
	}
	asked := 0
	for _, path := range w.accepted() {
		if !strings.HasPrefix(path, "+") {
			asked++
		}
	}
	if asked != 6 {
		t.Errorf("%d URLs were asked for, want the playlists and what is fMP4: %q", asked, w.accepted())
	}
	// What the service found by itself is warm: it is not sent one by one, whichever way playlists are resolved.
	for _, way := range []string{"edge", "local"} {
		w.config.Playlists.Segments = way
		if s := w.mustRun(t, warm.RunOptions{}); s.Planned != 0 || s.LeftOut[planner.Warm] != 17 {
			t.Errorf("%s, once more: %d planned, %v left out, want all 17 warm", way, s.Planned, s.LeftOut)
		}
	}
}

// What would be dropped without a word is foreseen: of a title that does not fit in, the best goes one by one.
func TestFault93SilentDropIsForeseen(t *testing.T) {
	t.Parallel()
	for quota := 1; quota <= 17; quota++ {
		t.Run(fmt.Sprint(quota), func(t *testing.T) {
			t.Parallel()
			w := edgeWorld(t, edgeonetest.Options{AllowSegments: true, Daily: quota})
			if _, err := w.run(t, warm.RunOptions{}); err != nil {
				t.Fatal(err)
			}
			sum := w.sim.Summary()
			if sum.Dropped != 0 || sum.Accepted != quota || sum.Duplicates != 0 {
				t.Errorf("%d accepted, %d dropped, %d twice: want all %d units spent, nothing dropped", sum.Accepted, sum.Dropped, sum.Duplicates, quota)
			}
			// It is what would be chosen segment by segment.
			local := edgeWorld(t, edgeonetest.Options{Daily: quota})
			local.config.Playlists.Segments = "local"
			if _, err := local.run(t, warm.RunOptions{}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(explicit(local.accepted()), explicit(w.accepted())); diff != "" {
				t.Errorf("accepted (-local +edge):\n%s", diff)
			}
		})
	}
}

func TestFault93NotAllowedFallsBack(t *testing.T) {
	t.Parallel()
	w := edgeWorld(t, edgeonetest.Options{Batch: 3})
	s := w.mustRun(t, warm.RunOptions{})
	if s.Accepted != 17 || s.Planned != 17 || s.Exit != 0 {
		t.Errorf("got %+v, want all 17 accepted one by one", s)
	}
	if diff := cmp.Diff(all(), explicit(w.accepted())); diff != "" {
		t.Errorf("accepted (-want +got):\n%s", diff)
	}
	w.said(t, "the account is not allowed to have playlists resolved by EdgeOne")
}

// Somebody else spends after the plan was made: the next title does not fit in, its best parts do.
func TestFault93QuotaShrinksAfterThePlan(t *testing.T) {
	t.Parallel()
	var w *world
	w = edgeWorld(t, edgeonetest.Options{AllowSegments: true, Daily: 17, Before: func(_ int, action string) {
		if action == "DescribeContentQuota" && w.sim.Summary().Actions[action] == 1 {
			w.sim.Spend(zoneID, 12)
		}
	}})
	s, err := w.run(t, warm.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if sum := w.sim.Summary(); sum.Accepted != 5 || sum.Dropped != 0 || s.Accepted != 5 || s.Exit != warm.ExitQuota {
		t.Errorf("the service accepted %d and dropped %d; %+v", sum.Accepted, sum.Dropped, s)
	}
}

// What was charged is compared with what was foreseen.
func TestFault93ChargeIsChecked(t *testing.T) {
	t.Parallel()
	w := edgeWorld(t, edgeonetest.Options{AllowSegments: true})
	w.sim.Update(func(o *edgeonetest.Options) {
		o.Segments = func(playlist string) []string { return found(playlist)[1:] }
	})
	w.files["/c/index.m3u8"] = media()
	w.mustRun(t, warm.RunOptions{})
	w.said(t, "EdgeOne charged 12 units where 14 were foreseen")
}

// A title of which only parts are chosen cannot be left to the service.
func TestSegmentsOfParts(t *testing.T) {
	t.Parallel()
	w := edgeWorld(t, edgeonetest.Options{AllowSegments: true})
	w.config.Playlists.Renditions.IFrames = false
	if s := w.mustRun(t, warm.RunOptions{}); s.Planned != 17 || w.sim.Summary().Parsed != 0 {
		t.Errorf("got %+v, want all 17 one by one", s)
	}
	w.said(t, "playlists.renditions chooses parts")
}

// The mode edge has books of its own, of which the service does not tell.
func TestModeEdgeHasItsOwnBooks(t *testing.T) {
	t.Parallel()
	list := "/list.m3u8"
	var names []string
	for i := range 700 {
		names = append(names, fmt.Sprintf("%d.ts", i))
	}
	w := newWorld(t, edgeonetest.Options{AllowEdge: true, Daily: 5000}, map[string]string{list: media(names...)}, list)
	if s := w.mustRun(t, warm.RunOptions{}); s.Accepted != 701 || s.Quota[zoneID].Available != 5000-701 {
		t.Errorf("default: %+v", s)
	}
	w.config.Submit.Mode, w.config.Plan.TTL = "edge", 1
	if s := w.mustRun(t, warm.RunOptions{}); s.Accepted != 701 || s.Quota[zoneID].Daily != 1000 || s.Quota[zoneID].Available != 299 {
		t.Errorf("edge: %+v", s)
	}
	if s, err := w.run(t, warm.RunOptions{}); err != nil || s.Accepted != 299 || s.LeftOut[planner.OverQuota] != 402 {
		t.Errorf("edge again: %+v, %v", s, err)
	}
	w.config.Submit.Mode = "default"
	if s := w.mustRun(t, warm.RunOptions{}); s.Accepted != 701 || s.Quota[zoneID].Available != 5000-2*701 {
		t.Errorf("default again: %+v", s)
	}
}

// An account that is not allowed the mode edge is told so at once, with nothing spent and nothing refused.
func TestModeEdgeIsNotAllowed(t *testing.T) {
	t.Parallel()
	w := edgeWorld(t, edgeonetest.Options{})
	w.config.Submit.Mode, w.config.Playlists.Segments = "edge", "local"
	s, err := w.run(t, warm.RunOptions{})
	if err == nil || !strings.Contains(err.Error(), "not allowed the mode edge") || s.Failed != 0 || s.Deferred != 17 {
		t.Errorf("got %v, %+v", err, s)
	}
	if n := w.sim.Summary().Actions["CreatePrefetchTask"]; n != 1 {
		t.Errorf("%d calls were made, want 1", n)
	}
}

// How far a plan is from the optimum is told where it is: a cap leaves out a playlist that others need.
func TestGapIsTold(t *testing.T) {
	t.Parallel()
	w := edgeWorld(t, edgeonetest.Options{})
	w.config.Playlists.Segments = "local"
	w.mustRun(t, warm.RunOptions{DryRun: true})
	if text := strings.Join(w.notes, "\n"); strings.Contains(text, "below the optimum") {
		t.Errorf("said of a plan that is the optimum: %s", text)
	}
	w.config.Plan.Cap = []config.Cap{{Match: "*/a/video.m3u8", Most: config.Reserve{}}}
	w.mustRun(t, warm.RunOptions{DryRun: true})
	w.said(t, "% below the optimum within its pins, floors and caps")
}
