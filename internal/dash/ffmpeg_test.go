package dash_test

import (
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/dash"
	"github.com/edgewarm/edgewarm/internal/hls"
)

var keep = flag.Bool("keep", false, "keep the manifests that ffmpeg makes in testdata")

// recipes are ways to publish a tiny film with ffmpeg's DASH muxer.
var recipes = map[string]string{
	"timeline":    "-use_timeline 1",
	"template":    "-use_timeline 0",
	"single-file": "-single_file 1",
	"beside-hls":  "-hls_playlist 1",
}

// The audio is a little shorter than the film: where it is longer, the last piece of it is in no manifest of numbers.
const film = "-nostdin -loglevel error -y -f lavfi -i testsrc2=size=64x36:rate=10:duration=4 " +
	"-f lavfi -i sine=sample_rate=8000:duration=3.8 -map 0 -map 0 -map 1 -c:v libx264 -preset ultrafast -g 10 -c:a aac -b:a 16k " +
	"-s:v:1 32x18 -adaptation_sets id=0,streams=v;id=1,streams=a -f dash -seg_duration 1 "

// TestFFmpeg makes manifests with ffmpeg and wants them resolved to exactly the files on disk.
func TestFFmpeg(t *testing.T) {
	t.Parallel()
	if os.Getenv("EDGEWARM_FFMPEG") == "" {
		t.Skip("EDGEWARM_FFMPEG is not set")
	}
	for name, args := range recipes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			list := strings.Fields(film + args + " manifest.mpd")
			if i := slices.Index(list, "id=0,streams=v;id=1,streams=a"); i > 0 {
				list[i] = "id=0,streams=v id=1,streams=a"
			}
			c := exec.CommandContext(t.Context(), "ffmpeg", list...)
			c.Dir = dir
			if out, err := c.CombinedOutput(); err != nil {
				t.Fatalf("ffmpeg: %v\n%s", err, out)
			}
			files := filesOf(t, dir)
			wantFiles(t, dir, files)
			if *keep {
				keepManifest(t, dir, name, files)
			}
		})
	}
}

// TestFFmpegKept is TestFFmpeg on manifests that were kept, with the list of the files that were beside them.
func TestFFmpegKept(t *testing.T) {
	t.Parallel()
	for name := range recipes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("testdata", "ffmpeg", name)
			list, err := os.ReadFile(filepath.Join(dir, "files.txt"))
			if err != nil {
				t.Fatal(err)
			}
			wantFiles(t, dir, strings.Fields(string(list)))
		})
	}
}

// filesOf is what a player of the manifest needs: all but the manifest, and the playlists beside it.
func filesOf(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); ext != ".mpd" && ext != ".m3u8" {
			files = append(files, e.Name())
		}
	}
	return files
}

func wantFiles(t *testing.T, dir string, files []string) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(dir, "manifest.mpd"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	doc, err := dash.Parse(body, base, hls.Options{Collapse: true}, func(e *hls.Entry) bool {
		seen[strings.TrimPrefix(e.URL, "https://cdn.example.com/vod/show/")]++
		return true
	})
	if err != nil || len(doc.Warnings) > 0 || doc.Live {
		t.Errorf("got %v, %v, want it static and faultless\n%s", doc.Warnings, err, body)
	}
	for _, name := range files {
		if seen[name] != 1 {
			t.Errorf("got %s %d times, want once", name, seen[name])
		}
		delete(seen, name)
	}
	if len(seen) > 0 {
		t.Errorf("got %v, which are not there", slices.Sorted(maps.Keys(seen)))
	}
}

func keepManifest(t *testing.T, dir, name string, files []string) {
	t.Helper()
	to := filepath.Join("testdata", "ffmpeg", name)
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(filepath.Join(dir, "manifest.mpd"))
	if err != nil {
		t.Fatal(err)
	}
	for file, data := range map[string][]byte{"manifest.mpd": body, "files.txt": []byte(strings.Join(files, "\n") + "\n")} {
		if err := os.WriteFile(filepath.Join(to, file), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
