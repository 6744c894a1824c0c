package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// The simulator as users have it: a process that a run of theirs is pointed at, with the credentials that its help names.
func TestSimulatorCommand(t *testing.T) {
	t.Parallel()
	w := start(t, edgeonetest.Options{})
	w.write(t, "www/urls.txt", "$ORIGIN/a.mp4\n$ORIGIN/b.mp4\n$ORIGIN/c.mp4\n")
	server := exec.CommandContext(t.Context(), "edgewarm", "simulator", "--listen", "127.0.0.1:0",
		"--zone", "zone-test=127.0.0.1", "--quota", "2", "--fault", "lost,action=CreatePrefetchTask,times=1")
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url = strings.TrimSpace(url)
	w.write(t, "edgewarm.yaml", `
account: {endpoint: `+url+`, zones: {zone-test: [127.0.0.1]}}
sources: [$ORIGIN/urls.txt]
crawl: {private_networks: true}
plan: {reserve: 0}
`)
	p := w.begin(t, nil, []string{"TENCENTCLOUD_SECRET_ID=AKIDsimulator", "TENCENTCLOUD_SECRET_KEY=simulator-secret-key"}, "run", "--json")
	s := p.summary(t, p.end(t))
	if s.Accepted != 2 || s.LeftOut["over_quota"] != 1 {
		t.Errorf("%+v", s)
	}
	resp, err := http.Get(url + "/_simulator/summary")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var counted edgeonetest.Summary
	if err := json.NewDecoder(resp.Body).Decode(&counted); err != nil {
		t.Fatal(err)
	}
	if counted.Accepted != 2 || counted.Duplicates != 0 || counted.Codes["none"] != 1 {
		t.Errorf("%+v", counted)
	}
	if err := server.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Error(err)
	}
}
