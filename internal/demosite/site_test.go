package demosite_test

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edgewarm/edgewarm/internal/demosite"
)

// kept lists the files under dir, by their path on the site.
func kept(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, name)
			all = append(all, "/"+filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

var quotedURI = regexp.MustCompile(`URI="([^"]*)"`)

// listed are the files that a playlist names, by their path on the site.
func listed(t *testing.T, playlist string) []string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("site", filepath.FromSlash(playlist)))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, line := range strings.Split(string(body), "\n") {
		if m := quotedURI.FindStringSubmatch(line); m != nil {
			all = append(all, path.Join(path.Dir(playlist), m[1]))
		}
		if line != "" && line[0] != '#' {
			all = append(all, path.Join(path.Dir(playlist), line))
		}
	}
	return all
}

// TestPlaylistsListWhatIsThere holds the playlists against the files: each file is listed or is where one begins, and
// each that is listed is there.
func TestPlaylistsListWhatIsThere(t *testing.T) {
	t.Parallel()
	want := map[string]bool{}
	got := map[string]bool{}
	for _, p := range kept(t, "site") {
		if strings.HasPrefix(p, "/vod/") || strings.HasPrefix(p, "/live/") || strings.HasPrefix(p, "/audio/talk") {
			want[p] = true
		}
		if path.Ext(p) == ".m3u8" {
			for _, uri := range listed(t, p) {
				got[uri] = true
			}
			if path.Base(p) == "master.m3u8" || !strings.Contains(p, "/vod/") || strings.Contains(p, "/harbour/") {
				got[p] = true
			}
		}
	}
	if d := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); d != "" {
		t.Errorf("files -, listed +:\n%s", d)
	}
}

func TestSiteIsSmall(t *testing.T) {
	t.Parallel()
	total := int64(0)
	for _, p := range kept(t, "site") {
		info, err := os.Stat("site" + p)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if most := int64(600 << 10); total > most {
		t.Errorf("got %d bytes, want at most %d", total, most)
	}
	if n := len(demosite.Paths()); n < 150 || n > 400 {
		t.Errorf("got %d paths, want 150 to 400", n)
	}
}

// TestScriptMakesWhatIsKept runs make.sh and compares the names of the files, which hang neither on ffmpeg's version nor on
// how many pictures and samples a second it makes: few, for a tenth of the time.
func TestScriptMakesWhatIsKept(t *testing.T) {
	t.Parallel()
	if os.Getenv("EDGEWARM_FFMPEG") == "" {
		t.Skip("EDGEWARM_FFMPEG is not set: making the site takes ffmpeg")
	}
	dir := t.TempDir()
	make := exec.CommandContext(t.Context(), "./make.sh", dir)
	make.Env = append(os.Environ(), "FPS=5", "PRESET=ultrafast", "RATE=8000")
	if out, err := make.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := slices.DeleteFunc(kept(t, "site"), func(p string) bool { return strings.HasPrefix(p, "/assets/") })
	if d := cmp.Diff(want, kept(t, dir)); d != "" {
		t.Errorf("kept -, made +:\n%s", d)
	}
}
