package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/edgewarm/edgewarm/internal/daemon"
	"github.com/edgewarm/edgewarm/internal/ledger"
	"github.com/edgewarm/edgewarm/internal/report"
	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// browserToken is what the dashboard's actions ask for.
const browserToken = "0123456789abcdef-browser"

// browser is one headless Chromium, and what its pages complained of.
type browser struct {
	*testing.T
	ctx context.Context
	// axe is the source of axe-core, artefacts the folder for screenshots.
	axe, artefacts string

	mu     sync.Mutex
	errors []string
}

// newBrowser starts the Chromium that EDGEWARM_CHROMIUM names, with a profile of its own.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	program := os.Getenv("EDGEWARM_CHROMIUM")
	if program == "" {
		t.Skip("EDGEWARM_CHROMIUM does not name a Chromium")
	}
	b := &browser{T: t, artefacts: os.Getenv("EDGEWARM_ARTEFACTS")}
	if b.artefacts == "" {
		b.artefacts = t.TempDir()
	}
	if err := os.MkdirAll(b.artefacts, 0o755); err != nil {
		t.Fatal(err)
	}
	if path := os.Getenv("EDGEWARM_AXE"); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b.axe = string(text)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.UserDataDir(profile(t)), chromedp.WSURLReadTimeout(time.Minute))
	allocator, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b.ctx = ctx
	chromedp.ListenTarget(ctx, b.listen)
	b.do(cdplog.Enable(), runtime.Enable(), chromedp.EmulateViewport(1200, 900))
	return b
}

// profile is a folder for what the browser keeps. Its processes may write to it for a moment after it has ended, which
// t.TempDir would take for a failure.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "edgewarm-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for late := time.Now().Add(patience); os.RemoveAll(dir) != nil && time.Now().Before(late); {
			time.Sleep(100 * time.Millisecond)
		}
	})
	return dir
}

// listen notes what a page says on its console that is wrong.
func (b *browser) listen(event any) {
	text := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text = e.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			text = fmt.Sprintf("console: %v", e.Args)
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.LevelError || e.Entry.Level == cdplog.LevelWarning {
			text = e.Entry.Text + " " + e.Entry.URL
		}
	}
	if text != "" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.errors = append(b.errors, text)
	}
}

// do drives the page, within a time that only a hang takes.
func (b *browser) do(actions ...chromedp.Action) {
	b.Helper()
	err := chromedp.Run(b.ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return chromedp.Tasks(actions).Do(ctx)
	}))
	if err != nil {
		b.Fatal(err)
	}
}

// until waits for an expression in the page to become true.
func until(expression string) chromedp.Action {
	return chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(patience))
}

// value is what an expression in the page comes to.
func value[T any](b *browser, expression string) (v T) {
	b.Helper()
	b.do(chromedp.Evaluate(expression, &v))
	return v
}

// number is the data of an element that a selector finds.
func (b *browser) number(selector, name string) int {
	b.Helper()
	text := value[string](b, fmt.Sprintf(`(document.querySelector(%q)||{dataset:{}}).dataset[%q]||"none"`, selector, name))
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Errorf("%s: data-%s is %s", selector, name, text)
	}
	return n
}

// quiet reports what the pages complained of since it was asked last.
func (b *browser) quiet(where string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.errors {
		b.Errorf("%s: %s", where, e)
	}
	b.errors = nil
}

// keep takes a screenshot of the whole page.
func (b *browser) keep(name string) {
	b.Helper()
	var picture []byte
	b.do(chromedp.FullScreenshot(&picture, 100))
	if err := os.WriteFile(filepath.Join(b.artefacts, name+".png"), picture, 0o644); err != nil {
		b.Fatal(err)
	}
}

// violation is what axe-core finds: a rule and where it is broken.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML string `json:"html"`
	} `json:"nodes"`
}

// accessible has axe-core look at the page by the rules of WCAG 2.2 AA and its own best practices.
func (b *browser) accessible(where string) {
	b.Helper()
	if b.axe == "" {
		return // TestBrowser says so
	}
	var found []violation
	b.do(chromedp.Evaluate(b.axe+";0", nil), chromedp.Evaluate(`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations)`, &found,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	for _, v := range found {
		b.Errorf("%s: %s: %s: %s", where, v.ID, v.Help, v.Nodes[0].HTML)
	}
}

// dark switches the page to the colours of the night, or back.
func (b *browser) dark(on bool) {
	b.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
}

// served is an edgewarm serve of a world: its address.
func (w *world) served(t *testing.T, args ...string) (url string, p *process) {
	t.Helper()
	p = w.begin(t, nil, append(w.environment(), "EDGEWARM_TOKEN="+browserToken), append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	if !p.stdout.await("\n") {
		t.Fatalf("it does not listen: %s", p.stderr.String())
	}
	return strings.TrimSpace(p.stdout.String()), p
}

// statusOf is what a served edgewarm does now.
func statusOf(t *testing.T, url string) (s daemon.Status) {
	t.Helper()
	resp, err := http.Get(url + "api/status")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// idle waits until a served edgewarm has nothing to do.
func idle(t *testing.T, url string) {
	t.Helper()
	for late := time.Now().Add(2 * patience); ; time.Sleep(100 * time.Millisecond) {
		if s := statusOf(t, url); s.Ready && s.Running == nil && len(s.Queue) == 0 {
			return
		}
		if time.Now().After(late) {
			t.Fatal("it does not come to rest")
		}
	}
}

// TestBrowser drives the dashboard and the report in a real browser: what they show is what the ledger says, a run's
// progress moves, nothing is wrong on any console, and axe-core finds nothing to say.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	if b.axe == "" {
		t.Log("EDGEWARM_AXE does not name axe-core: labels and contrast are not checked")
	}
	w := start(t, edgeonetest.Options{Daily: 150, Batch: 2, TaskTime: time.Millisecond,
		Fail: []edgeonetest.Match{{Glob: "*/img/ember.jpg", Reason: "the test has it refused"}}})
	if err := writeLog(filepath.Join(w.dir, "access.log"), w.site.URL); err != nil {
		t.Fatal(err)
	}
	w.write(t, "edgewarm.yaml", `
account: {endpoint: $API, zones: {zone-test: [127.0.0.1]}}
sources: [$SITE/]
crawl: {private_networks: true}
popularity: {logs: [access.log]}
serve:
  schedules: [{name: nightly, cron: "CRON_TZ=Asia/Shanghai 30 3 1 1 *", wait: 10s}]
`)
	url, p := w.served(t)

	b.asksForRun(w, url)
	b.watchesRun(w, url)
	idle(t, url)
	l, err := ledger.OpenReadOnly(t.Context(), filepath.Join(w.dir, "edgewarm.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	b.agrees(url, l)
	b.looksAt(url, "overview", "")
	b.looksAt(url, "runs", "runs")
	b.looksAt(url, "run", "runs/1")
	b.looksAt(url, "titles", "titles")
	b.looksAt(url, "failures", "failures")
	b.looksAt(url, "search", "search?url=aurora")
	b.looksAt(url, "explained", "search?url="+w.site.URL+"/vod/aurora/master.m3u8")

	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != 0 {
		t.Errorf("stopped, it ends with %d: %s", code, p.stderr.String())
	}
	b.quiet("at the end")
	b.reports(w)
}

// watchedFrom and watchedTo are the calls of the run at which the service waits for the browser to see how far it is.
const watchedFrom, watchedTo = 5, 30

// asksForRun fills the form with the keyboard alone.
func (b *browser) asksForRun(w *world, url string) {
	b.Helper()
	w.holdAt("CreatePrefetchTask", watchedFrom)
	b.do(chromedp.Navigate(url+"runs"), chromedp.WaitVisible("#ask"), chromedp.Focus("#token"),
		chromedp.SendKeys("#token", "wrong\r"), until(`document.querySelector("#ask [role=status]").textContent.startsWith("Refused")`))
	b.mu.Lock()
	b.errors = nil // the browser tells of the refusal, as it should
	b.mu.Unlock()
	b.do(chromedp.Evaluate(`ask.elements.schedule.value="nightly"; ask.elements.token.value=""`, nil), chromedp.SendKeys("#token", browserToken+"\r"),
		until(`document.querySelector("#ask [role=status]").textContent.startsWith("It is queued")||document.querySelector("progress")!=null`))
}

// watchesRun sees the count of a run grow, without anybody touching the page.
func (b *browser) watchesRun(w *world, url string) {
	b.Helper()
	w.awaitOrFail(b.T, "CreatePrefetchTask", watchedFrom)
	b.do(chromedp.Navigate(url), until(`document.querySelector("#live [data-show=stage]")?.textContent=="submitting"`))
	count := `document.querySelector("#live [data-show=count]")?.textContent||"gone"`
	first := value[string](b, count)
	w.holdAt("CreatePrefetchTask", watchedTo)
	b.do(until(fmt.Sprintf(`(%s)!=%q`, count, first)))
	second := value[string](b, count)
	if leading(second) <= leading(first) {
		b.Errorf("the run's progress went from %q to %q", first, second)
	}
	b.keep("live")
	w.hold("")
}

var digits = regexp.MustCompile(`^\d+`)

// leading is the number that a text begins with, -1 for none.
func leading(text string) int {
	n, err := strconv.Atoi(digits.FindString(text))
	if err != nil {
		return -1
	}
	return n
}

// agrees compares what the pages say with the ledger.
func (b *browser) agrees(url string, l *ledger.Ledger) {
	b.Helper()
	counts, err := l.Counts(b.Context(), 0)
	if err != nil {
		b.Fatal(err)
	}
	runs, err := l.Runs(b.Context(), 1)
	if err != nil || len(runs) != 1 {
		b.Fatal(err, runs)
	}
	var s result
	if err := json.Unmarshal(runs[0].Summary, &s); err != nil {
		b.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond) // the snapshot of before is old then
	b.do(chromedp.Navigate(url))
	for stage, want := range map[string]int{"Found": s.Discovered, "Planned": s.Planned, "Accepted": s.Accepted, "Warm": counts[submitter.Success]} {
		if got := b.number(`tr[data-stage=`+stage+`] .number`, "count"); got != want {
			b.Errorf("%s: the page has %d, the ledger %d", stage, got, want)
		}
	}
	for reason, want := range s.LeftOut {
		if got := b.number(`tr[data-reason=`+reason+`] .number`, "count"); got != want {
			b.Errorf("%s: the page has %d, the ledger %d", reason, got, want)
		}
	}
	if got := b.number(".figure[data-warm]", "warm"); got != counts[submitter.Success] {
		b.Errorf("warm URLs: the page has %d, the ledger %d", got, counts[submitter.Success])
	}
	today, err := l.Today(b.Context(), zoneID)
	if err != nil {
		b.Fatal(err)
	}
	if got := b.number("[data-day] [data-own]", "own"); got != today.Units {
		b.Errorf("units spent: the page has %d, the ledger %d", got, today.Units)
	}
	if got := b.number(".figure[data-left]", "left"); got != today.Available {
		b.Errorf("quota left: the page has %d, the ledger %d", got, today.Available)
	}
	b.do(chromedp.Navigate(url + "failures"))
	if got, want := value[int](b, `document.querySelectorAll(".failures tbody tr").length`), counts[submitter.Refused]; got != want {
		b.Errorf("failures: the page has %d, the ledger %d", got, want)
	}
}

// looksAt checks one page by day and by night, on a desk and on a phone, and with the keyboard alone.
func (b *browser) looksAt(url, name, path string) {
	b.Helper()
	b.do(chromedp.Navigate(url+path), chromedp.WaitReady("main"))
	b.accessible(name)
	b.keep(name)
	b.dark(true)
	b.accessible(name + " in the dark")
	b.keep(name + "-dark")
	b.dark(false)
	b.do(chromedp.EmulateViewport(390, 800))
	if wide := value[int](b, `document.documentElement.scrollWidth`); wide > 390 {
		b.Errorf("%s: on a phone of 390 it is %d wide", name, wide)
	}
	b.keep(name + "-phone")
	b.do(chromedp.EmulateViewport(1200, 900), chromedp.KeyEvent("\t"))
	if first := value[string](b, `document.activeElement.className`); first != "skip" {
		b.Errorf("%s: Tab comes first to %q, not to the link that skips the menu", name, first)
	}
	b.quiet(name)
}

// reports checks the report, which is a file.
func (b *browser) reports(w *world) {
	b.Helper()
	p := w.start(b.T, "report", "-o", "report.html")
	if code := p.end(b.T); code != 0 {
		b.Fatalf("report ends with %d: %s", code, p.stderr.String())
	}
	l, err := ledger.OpenReadOnly(b.Context(), filepath.Join(w.dir, "edgewarm.db"), ledger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	want, err := report.Read(b.Context(), l, report.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.do(chromedp.Navigate("file://"+filepath.Join(w.dir, "report.html")), chromedp.WaitReady("main"))
	for _, s := range want.Run.Funnel() {
		if got := b.number(`tr[data-stage=`+s.Name+`] .number`, "count"); got != s.Count {
			b.Errorf("%s: the report has %d, the ledger %d", s.Name, got, s.Count)
		}
	}
	if got := value[int](b, `document.querySelectorAll("[data-title]").length`); got != want.Titles.Total {
		b.Errorf("the report has %d titles, the ledger %d", got, want.Titles.Total)
	}
	if padding := value[string](b, `getComputedStyle(document.querySelector(".card")).paddingTop`); padding == "0px" {
		b.Error("the report's own policy keeps its style out")
	}
	b.accessible("report")
	b.keep("report")
	b.dark(true)
	b.accessible("report in the dark")
	b.keep("report-dark")
	b.dark(false)
	var paper []byte
	b.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		paper, _, err = page.PrintToPDF().WithPrintBackground(false).Do(ctx)
		return err
	}))
	if err := os.WriteFile(filepath.Join(b.artefacts, "report.pdf"), paper, 0o644); err != nil {
		b.Fatal(err)
	}
	b.quiet("report")
}
