package hls_test

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/hls"
)

var keep = flag.Bool("keep", false, "keep the playlists that ffmpeg makes in testdata/ffmpeg")

// recipe is one way to make a title with ffmpeg: its arguments behind the inputs, and the playlist to begin with.
type recipe struct {
	name, entry string
	args        string
	files       map[string]string // written beforehand
	subtitles   bool              // a third input
}

// A tiny film of four seconds with a key frame each second.
const (
	inputs = "-f lavfi -i testsrc2=size=64x36:rate=10:duration=4 -f lavfi -i sine=sample_rate=8000:duration=4"
	codecs = " -c:v libx264 -preset ultrafast -g 10 -c:a aac -b:a 16k "
	vod    = " -f hls -hls_time 1 -hls_list_size 0 -hls_playlist_type vod "
)

var recipes = []recipe{
	{name: "ts", entry: "index.m3u8", args: "-map 0 -map 1" + codecs + vod + "index.m3u8"},
	{name: "fmp4", entry: "index.m3u8", args: "-map 0 -map 1" + codecs + vod + "-hls_segment_type fmp4 index.m3u8"},
	{
		name: "aes-128", entry: "index.m3u8", args: "-map 0 -map 1" + codecs + vod + "-hls_key_info_file key.info index.m3u8",
		files: map[string]string{"film.key": "0123456789abcdef", "key.info": "film.key\nfilm.key\n"},
	},
	{name: "byte-ranges-ts", entry: "index.m3u8", args: "-map 0 -map 1" + codecs + vod + "-hls_flags single_file index.m3u8"},
	{
		name: "byte-ranges-fmp4", entry: "index.m3u8",
		args: "-map 0 -map 1" + codecs + vod + "-hls_flags single_file -hls_segment_type fmp4 index.m3u8",
	},
	{name: "i-frames", entry: "index.m3u8", args: "-map 0" + codecs + vod + "-hls_flags single_file+iframes_only -g 1 index.m3u8"},
	{
		name: "audio-groups", entry: "master.m3u8",
		args: "-map 0 -map 0 -map 1 -map 1" + codecs + vod + "-master_pl_name master.m3u8 -hls_segment_filename v%v/s%d.ts -var_stream_map",
	},
	{
		name: "subtitles", entry: "master.m3u8", subtitles: true,
		files: map[string]string{"in.vtt": "WEBVTT\n\n00:00.500 --> 00:01.500\nHello\n\n00:02.500 --> 00:03.500\nWorld\n"},
		args: "-map 0 -map 1 -map 2" + codecs + "-c:s webvtt" + vod + "-master_pl_name master.m3u8 -hls_segment_filename s%v-%d.ts " +
			"-hls_subtitle_path sub.m3u8 -var_stream_map",
	},
	{
		name: "dash-beside-hls", entry: "master.m3u8",
		args: "-map 0 -map 1" + codecs + "-f dash -seg_duration 1 -hls_playlist 1 manifest.mpd",
	},
}

// streamMaps are arguments with blanks in them, and what is behind them.
var streamMaps = map[string][]string{
	"audio-groups": {"v:0,agroup:a v:1,agroup:a a:0,agroup:a,language:en,default:yes a:1,agroup:a,language:pt", "v%v/index.m3u8"},
	"subtitles":    {"v:0,a:0,s:0,sgroup:subs,language:en", "v%v.m3u8"},
}

// make runs ffmpeg in dir.
func (r recipe) make(t *testing.T, dir string) {
	t.Helper()
	for name, text := range r.files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := strings.Fields("-nostdin -loglevel error -y " + inputs)
	if r.subtitles {
		args = append(args, "-i", "in.vtt")
	}
	args = append(append(args, strings.Fields(r.args)...), streamMaps[r.name]...)
	c := exec.CommandContext(t.Context(), "ffmpeg", args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v\n%s", err, out)
	}
	for name := range r.files {
		if name != "film.key" {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestFFmpeg makes titles with ffmpeg and wants them resolved to exactly the files on disk.
func TestFFmpeg(t *testing.T) {
	t.Parallel()
	if os.Getenv("EDGEWARM_FFMPEG") == "" {
		t.Skip("EDGEWARM_FFMPEG is not set")
	}
	for _, r := range recipes {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r.make(t, dir)
			files := filesOf(t, dir)
			wantFiles(t, dir, r.entry, files)
			if *keep {
				keepPlaylists(t, dir, filepath.Join("testdata", "ffmpeg", r.name), files)
			}
		})
	}
}

// TestFFmpegKept is TestFFmpeg on playlists that were kept, with the list of the files that were beside them.
func TestFFmpegKept(t *testing.T) {
	t.Parallel()
	for _, r := range recipes {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("testdata", "ffmpeg", r.name)
			list, err := os.ReadFile(filepath.Join(dir, "files.txt"))
			if err != nil {
				t.Fatal(err)
			}
			wantFiles(t, dir, r.entry, lineList(string(list)))
		})
	}
}

func filesOf(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			files = append(files, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	return files
}

const origin = "https://origin.example.com/title/"

// wantFiles resolves from entry down, as the crawler does, and compares with the files that are there.
func wantFiles(t *testing.T, dir, entry string, files []string) {
	t.Helper()
	seen := map[string]bool{entry: true}
	for open := []string{entry}; len(open) > 0; open = open[1:] {
		for _, found := range resolveFile(t, dir, open[0]) {
			if !seen[found] && filepath.Ext(found) == ".m3u8" {
				open = append(open, found)
			}
			seen[found] = true
		}
	}
	for _, name := range files {
		if !seen[name] && filepath.Ext(name) != ".mpd" {
			t.Errorf("got no %s, which is there", name)
		}
		delete(seen, name)
	}
	if len(seen) > 0 {
		t.Errorf("got %v, which are not there", slices.Sorted(maps.Keys(seen)))
	}
}

func resolveFile(t *testing.T, dir, name string) []string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	emit := func(e *hls.Entry) bool {
		found = append(found, strings.TrimPrefix(e.URL, origin))
		return true
	}
	doc, err := hls.Parse(body, origin+name, hls.Options{Collapse: true}, emit)
	if err != nil || len(doc.Warnings) > 0 || doc.Live {
		t.Errorf("%s: got %v, %v, want it ended and faultless\n%s", name, doc.Warnings, err, body)
	}
	if slices.Sort(found); len(slices.Compact(slices.Clone(found))) != len(found) {
		t.Errorf("%s: got %q, want each file once", name, found)
	}
	return found
}

// keepPlaylists copies the playlists of dir, and the names of all files.
func keepPlaylists(t *testing.T, dir, to string, files []string) {
	t.Helper()
	write := func(name string, data []byte) {
		path := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.TrimSpace(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("files.txt", []byte(strings.Join(files, "\n")))
	for _, name := range files {
		if filepath.Ext(name) == ".m3u8" {
			data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			write(name, data)
		}
	}
}
