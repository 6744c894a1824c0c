package popularity_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/edgewarm/edgewarm/planner/popularity"
)

// appendLog stands for the server that writes the log.
func appendLog(path string, urls ...string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	for _, url := range urls {
		fmt.Fprintf(f, "192.0.2.1 - - [23/Nov/2026:10:00:00 +0000] \"GET %s HTTP/1.1\" 200 1000 \"-\" \"Mozilla/5.0\"\n", url)
	}
	return f.Close()
}

// From night to night: a snapshot of what was counted, so that the next night reads the new lines only.
func ExampleCounter_Save() {
	folder, err := os.MkdirTemp("", "logs")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	var snapshot bytes.Buffer // a file, in a real job
	for night, urls := range [][]string{{"/a.mp4", "/b.mp4"}, {"/b.mp4"}} {
		if err := appendLog(filepath.Join(folder, "access.log"), urls...); err != nil {
			fmt.Println(err)
			return
		}
		c := &popularity.Counter{HalfLife: 24 * time.Hour, Until: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
		if night > 0 {
			if err := c.Restore(&snapshot, "nightly"); err != nil {
				fmt.Println(err)
				return
			}
		}
		stats, err := c.Files(context.Background(), filepath.Join(folder, "*.log"))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(stats[0].Counted, "new;", c.Demand("https://cdn.example.com/b.mp4").Requests, "for /b.mp4")
		snapshot.Reset()
		if err := c.Save(&snapshot, "nightly"); err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// 2 new; 1 for /b.mp4
	// 1 new; 2 for /b.mp4
}
