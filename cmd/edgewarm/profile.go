package main

import (
	"errors"
	"os"
	"runtime"
	"runtime/pprof"

	"github.com/spf13/cobra"
)

// profiles are what go tool pprof reads of a command: the flags are those that go test has.
type profiles struct {
	cpu, memory string   // files, "" for none
	running     *os.File // that of the processors, while it is written
}

// flags adds the flags, hidden from people who have no use for them: docs/performance.md tells of them.
func (p *profiles) flags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVar(&p.cpu, "cpuprofile", "", "write a profile of the processors to `FILE`")
	flags.StringVar(&p.memory, "memprofile", "", "write a profile of the memory to `FILE` at the end")
	for _, name := range []string{"cpuprofile", "memprofile"} {
		flags.Lookup(name).Hidden = true
	}
}

func (p *profiles) start() (err error) {
	if p.cpu == "" {
		return nil
	}
	if p.running, err = os.Create(p.cpu); err != nil {
		return err
	}
	return pprof.StartCPUProfile(p.running)
}

// stop ends the profiles, whatever became of the command.
func (p *profiles) stop() error {
	var failed []error
	if p.running != nil {
		pprof.StopCPUProfile()
		failed = append(failed, p.running.Close())
	}
	if p.memory != "" {
		failed = append(failed, writeHeap(p.memory))
	}
	return errors.Join(failed...)
}

func writeHeap(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	runtime.GC() // what is in use as of now, and not as of the last collection
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
