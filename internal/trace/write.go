package trace

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/edgewarm/edgewarm/internal/crowd"
)

// ResourcesFile is what Write calls the file of the last day's resources.
const ResourcesFile = "resources.jsonl"

// Log writes the access log of the requests, of which some stand in it twice as they do in EdgeOne's.
func (t *Trace) Log(w io.Writer, f crowd.Format, requests []crowd.Request) error {
	log, err := crowd.NewLog(f, t.Base, rand.New(rand.NewPCG(t.Seed, uint64(len(requests)))))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	for i := range requests {
		line := log.Line(&requests[i])
		for range log.Copies() {
			out.Write(line) // a bufio.Writer keeps its error for Flush
		}
	}
	return out.Flush()
}

// Write writes the whole trace into a folder: access-2026-10-05.log.gz for each day, or access-2026-10-05-07.log.gz for
// each hour, and the resources of the last day as crawl prints them.
func (t *Trace) Write(folder string, f crowd.Format, hourly bool) error {
	layout := "2006-01-02"
	if hourly {
		layout = "2006-01-02-15"
	}
	for day := range t.Days() {
		rest := day.Requests
		for len(rest) > 0 {
			name, n := rest[0].At.Format(layout), 0
			for n < len(rest) && rest[n].At.Format(layout) == name {
				n++
			}
			if err := t.writeLog(filepath.Join(folder, "access-"+name+".log.gz"), f, rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		if err := writeResources(filepath.Join(folder, ResourcesFile), day); err != nil {
			return err
		}
	}
	return nil
}

func (t *Trace) writeLog(name string, f crowd.Format, requests []crowd.Request) error {
	return create(name, func(w io.Writer) error {
		z := gzip.NewWriter(w)
		return errors.Join(t.Log(z, f, requests), z.Close())
	})
}

func writeResources(name string, day Day) error {
	return create(name, func(w io.Writer) error {
		out := bufio.NewWriter(w)
		var line []byte
		for i := range day.Resources {
			line = append(day.Resources[i].AppendJSON(line[:0]), '\n')
			out.Write(line) // a bufio.Writer keeps its error for Flush
		}
		return out.Flush()
	})
}

// create writes a file anew.
func create(name string, write func(io.Writer) error) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}
