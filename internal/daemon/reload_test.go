package daemon_test

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgewarm/edgewarm/internal/config"
	"github.com/edgewarm/edgewarm/internal/daemon"
)

// restarts are the keys of which a reload only says that they take a restart. All others are of the next run.
var restarts = []string{"serve.listen", "serve.log", "state"}

// keysOf are the values of a config, by their keys.
func keysOf(c *config.Config) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	var walk func(v reflect.Value, key string)
	walk = func(v reflect.Value, key string) {
		for i := range v.NumField() {
			name, f := v.Type().Field(i).Tag.Get("yaml"), v.Field(i)
			if name == "" {
				continue // its own affair
			}
			if name = strings.TrimPrefix(key+"."+name, "."); f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[config.Reserve]() {
				walk(f, name)
				continue
			}
			all[name] = f
		}
	}
	walk(reflect.ValueOf(c).Elem(), "")
	return all
}

// change makes another value of one.
func change(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "2")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
	case reflect.Map:
		fresh := reflect.MakeMap(v.Type())
		fresh.SetMapIndex(reflect.ValueOf("another"), reflect.Zero(v.Type().Elem()))
		v.Set(fresh)
	case reflect.Struct:
		change(t, v.Field(0))
	default:
		t.Fatalf("no other value of a %s", v.Type())
	}
}

// Every key of the config is taken up by the run after a reload, but for those that take a restart, which the log says.
func TestReloadOfEachKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.start()
		defer w.stop()
		keys := slices.Sorted(maps.Keys(keysOf(config.Default())))
		if len(keys) < 70 {
			t.Fatalf("the config has only %d keys: %q", len(keys), keys)
		}
		for _, key := range keys {
			old := reflect.ValueOf(w.Settings()).Elem().Interface().(config.Config)
			next := old
			change(t, keysOf(&next)[key])
			w.Load = func() (*config.Config, error) { return &next, nil }
			w.log.Reset()
			w.Reload()
			synctest.Wait()
			if err := w.Ask(t.Context(), daemon.All); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			want := next
			if slices.Contains(restarts, key) {
				want = old
			}
			for what, got := range map[string]*config.Config{"the next run": w.config, "serve itself": w.Settings()} {
				if diff := keysOf(got)[key].Interface(); !reflect.DeepEqual(diff, keysOf(&want)[key].Interface()) {
					t.Errorf("%s: %s has %v after the reload", key, what, diff)
				}
			}
			if told := strings.Contains(w.log.String(), `takes a restart; the rest of the new config is taken" key=`+key+"\n"); told != slices.Contains(restarts, key) {
				t.Errorf("%s: told that it takes a restart: %v\n%s", key, told, w.log.String())
			}
		}
	})
}

// docs/serve.md names the keys that take a restart, in one row of its table.
func TestReloadAsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/serve.md")
	if err != nil {
		t.Fatal(err)
	}
	row := "| `" + strings.Join(restarts, "`, `") + "` | by a restart"
	if !strings.Contains(string(text), row) {
		t.Errorf("docs/serve.md has no row %q", row)
	}
}

// The quota days that the dashboard shows begin when the config of now says so.
func TestReloadOfQuotaDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.start()
		defer w.stop()
		if w.days != "00:00 UTC+8" && w.days != "00:00 Asia/Shanghai" {
			t.Errorf("quota days begin at %s", w.days)
		}
		next := *w.Settings()
		next.Submit.Reset = "06:00 UTC"
		w.Load = func() (*config.Config, error) { return &next, nil }
		w.Reload()
		synctest.Wait()
		if w.days != "06:00 UTC" || !strings.Contains(w.log.String(), `reset="06:00 UTC, by submit.reset"`) {
			t.Errorf("after the reload quota days begin at %s, and the log says\n%s", w.days, w.log.String())
		}
	})
}
