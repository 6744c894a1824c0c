package popularity_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// BenchmarkTranscript counts logs from their transcripts and, beside it in the same run, itself. x-count is how many times
// the one is faster than the other, x-smaller how many times a transcript is smaller than the log in gzip, and x-transcribe
// how many times the time of counting it takes to write one.
func BenchmarkTranscript(b *testing.B) {
	for name, line := range map[string]benchLine{"edgeone": edgeOneLine, "combined": combinedLine} {
		b.Run(name, func(b *testing.B) {
			file, _ := benchLog(b, line, benchLines)
			info, err := os.Stat(file)
			if err != nil {
				b.Fatal(err)
			}
			logs, err := new(popularity.Counter).Find(file)
			if err != nil {
				b.Fatal(err)
			}
			var written bytes.Buffer
			var counting, replaying, writing time.Duration
			for b.Loop() {
				counting += timed(b, func() error { return countFile(b, file) })
				written.Reset()
				writing += timed(b, func() error { return new(popularity.Counter).Transcribe(b.Context(), logs[0], &written) })
				l := logs[0]
				l.Transcript = opens(written.Bytes())
				replaying += timed(b, func() error { return countLog(b, l) })
			}
			b.ReportMetric(counting.Seconds()/replaying.Seconds(), "x-count")
			b.ReportMetric(writing.Seconds()/counting.Seconds(), "x-transcribe")
			b.ReportMetric(float64(info.Size())/float64(written.Len()), "x-smaller")
			b.ReportMetric(float64(written.Len())/benchLines, "B/line")
		})
	}
}
