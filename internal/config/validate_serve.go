package config

import (
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/edgewarm/edgewarm/internal/schedule"
	"github.com/edgewarm/edgewarm/internal/webhook"
)

// maxSchedules bounds them: a line each on the dashboard, a series each in metrics.
const maxSchedules = 100

// scheduleName is what a schedule may be called: it stands in metrics, logs and the names of runs.
var scheduleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

// reservedNames are runs of edgewarm's own.
var reservedNames = map[string]bool{"events": true, "all": true, "refresh": true}

func (d *decoder) serve(s *Serve, sources []Source) {
	d.listen("serve.listen", s.Listen)
	d.kept("serve.token", s.Token)
	if s.RiverUI != Auto && s.RiverUI != Off && s.RiverUI != "" {
		d.url("serve.river_ui", s.RiverUI)
	}
	if s.Webhook.URL != "" {
		d.kept("serve.webhook.url", s.Webhook.URL)
	}
	if _, err := webhook.Parse(s.Webhook.Template); err != nil {
		d.wrong("serve.webhook.template", `{"text": {{json .Text}}} is one that chats take`, "serve.webhook.template: %v", err)
	}
	if len(s.Schedules) > maxSchedules {
		d.wrong("serve.schedules", "", "serve.schedules has %d schedules, which is more than %d", len(s.Schedules), maxSchedules)
		return
	}
	names := map[string]bool{}
	for i, one := range s.Schedules {
		key := fmt.Sprintf("serve.schedules[%d]", i)
		d.schedule(key, one, sources)
		if names[one.Name] && one.Name != "" {
			d.wrong(key+".name", "each has its own", "%s.name: there is a schedule %s already", key, one.Name)
		}
		names[one.Name] = true
	}
}

func (d *decoder) listen(key, address string) {
	_, port, err := net.SplitHostPort(address)
	n, notNumber := strconv.Atoi(port)
	if err != nil || notNumber != nil || n < 0 || n > 65535 {
		d.wrong(key, "write 127.0.0.1:9321, or :9321 for every address of this machine", "%s is %s, which is no address with a port", key, show(address))
	}
}

// kept checks a value that says where a secret is kept. It is not repeated in the error: it may be the secret itself.
func (d *decoder) kept(key, value string) {
	kind, where, _ := strings.Cut(value, ":")
	if (kind != "env" && kind != "file") || strings.TrimSpace(where) == "" || strings.ContainsFunc(where, isControl) {
		d.wrong(key, "it is never in this file: write env:NAME or file:PATH", "%s does not say where it is kept", key)
	}
}

func (d *decoder) schedule(key string, s Schedule, sources []Source) {
	switch {
	case !scheduleName.MatchString(s.Name):
		d.wrong(key+".name", "nightly, for one", "%s.name is %s: it wants letters, digits, hyphens, dots and underscores, 64 at most", key, show(s.Name))
	case reservedNames[s.Name]:
		d.wrong(key+".name", "", "%s.name: %s is edgewarm's own", key, s.Name)
	}
	if _, err := schedule.Parse(s.Cron); err != nil {
		d.wrong(key+".cron", "30 3 * * * is half past three each night; CRON_TZ=Asia/Shanghai before it names the clock", "%s.cron: %v", key, err)
	}
	for i, name := range s.Sources {
		one := Schedule{Sources: []string{name}}
		if len(one.Of(sources)) == 0 {
			d.wrong(fmt.Sprintf("%s.sources[%d]", key, i), didYouMean(name, namesOf(sources)), "%s.sources: %s is none of the sources", key, show(name))
		}
	}
	d.duration(key+".wait", s.Wait, 0)
}

func namesOf(sources []Source) []string {
	var names []string
	for _, s := range sources {
		names = append(names, s.Name())
	}
	return names
}
