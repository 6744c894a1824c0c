package config_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/edgewarm/edgewarm/internal/config"
)

// configSchema is the schema as editors use it, with the text that it is made from.
func configSchema(t *testing.T) (*jsonschema.Schema, []byte) {
	t.Helper()
	var text bytes.Buffer
	if err := config.WriteSchema(&text); err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("edgewarm.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("edgewarm.json")
	if err != nil {
		t.Fatal(err)
	}
	return s, text.Bytes()
}

// The schema and the parser agree on what a config is.
func TestSchema(t *testing.T) {
	t.Parallel()
	schema, _ := configSchema(t)
	var filled bytes.Buffer
	if err := (config.Template{Zone: "zone-2o1t7p6a", Hosts: []string{"cdn.example.com"}, Logs: []string{"*.gz"}}).Write(&filled); err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	if err := config.Default().Print(&printed); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		filled.String():  true,
		printed.String(): true,
		`sources: [https://a.example/, {url: https://b.example/, weight: 2}, {list: urls.txt}]`: true,
		`plan: {quota: auto, reserve: 10%, ttl: 1h30m}`:                                         true,
		`popularity: {memory: 1.5GiB}`:                                                          true,
		`popularity: {memory: much}`:                                                            false,
		`plan: {quota: 500, reserve: 20}`:                                                       true,
		`account: {zones: {zone-1: [a.example]}}`:                                               true,
		`crawl: {headers: {Accept: text/html}}`:                                                 true,
		`plan: {quota: lots}`:                                                                   false,
		`plan: {reserve: some}`:                                                                 false,
		`plan: {ttl: soon}`:                                                                     false,
		`crawl: {robots: perhaps}`:                                                              false,
		`crawl: {concurrency: -1}`:                                                              false,
		`crawl: {concurency: 3}`:                                                                false,
		`sources: [{urls: https://a.example/}]`:                                                 false,
		`colour: red`:                                                                           false,
	} {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		err = schema.Validate(instance)
		if (err == nil) != want {
			t.Errorf("the schema says %v of\n%s", err, text)
		}
		if _, err := config.Parse("x.yaml", []byte(text), nil); (err == nil) != want {
			t.Errorf("the parser says %v of\n%s", err, text)
		}
	}
}

// Every key says what it is.
func TestSchemaDescribes(t *testing.T) {
	t.Parallel()
	_, text := configSchema(t)
	var root struct{ Properties map[string]property }
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	var check func(key string, p property)
	check = func(key string, p property) {
		if strings.TrimSpace(p.Description) == "" && strings.Contains(key, ".") && !plainKeys[key] {
			t.Errorf("%s is not described", key)
		}
		for name, of := range p.Properties {
			check(strings.TrimPrefix(key+"."+name, "."), of)
		}
	}
	check("", property{Properties: root.Properties})
}

type property struct {
	Description string
	Properties  map[string]property
}

// plainKeys say what they are by their names.
var plainKeys = map[string]bool{
	"playlists.renditions": true, "playlists.renditions.min_height": true, "playlists.renditions.max_height": true,
}
