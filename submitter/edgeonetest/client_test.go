package edgeonetest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// client speaks the wire protocol, without the product's own client.
type client struct {
	t              *testing.T
	rt             http.RoundTripper
	now            func() time.Time
	id, key, token string
}

func newClient(t *testing.T, s *edgeonetest.Simulator) *client {
	t.Helper()
	return &client{t: t, rt: s.Transport(), now: time.Now, id: edgeonetest.DefaultSecretID, key: edgeonetest.DefaultSecretKey}
}

// reply is any answer of the API.
type reply struct {
	Error               struct{ Code, Message string }
	RequestID           string
	JobID               *string
	FailedList          []struct{ Reason, Targets any }
	TotalCount          int
	Tasks               []struct{ JobID, Target, Status, CreateTime, UpdateTime, FailType, FailMessage string }
	Zones               []struct{ ZoneID, ZoneName string }
	AccelerationDomains []struct{ DomainName, DomainStatus string }
	PrefetchQuota       []struct {
		Type                         string
		Batch, Daily, DailyAvailable int
	}
}

// send makes one signed request; change may spoil it after it was signed.
func (c *client) send(action string, parameters any, change func(*http.Request)) (*http.Response, error) {
	c.t.Helper()
	body, ok := parameters.(string)
	if !ok {
		b, err := json.Marshal(parameters)
		if err != nil {
			c.t.Fatal(err)
		}
		body = string(b)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, "http://simulator.test/", bytes.NewReader([]byte(body)))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("X-TC-Action", action)
	r.Header.Set("X-TC-Version", "2022-09-01")
	if c.token != "" {
		r.Header.Set("X-TC-Token", c.token)
	}
	edgeonetest.Sign(r, []byte(body), c.id, c.key, c.now())
	if change != nil {
		change(r)
	}
	return c.rt.RoundTrip(r)
}

// call gives the API's answer, and fails the test when there is none.
func (c *client) call(action string, parameters any) reply {
	c.t.Helper()
	resp, err := c.send(action, parameters, nil)
	if err != nil {
		c.t.Fatalf("%s: %v", action, err)
	}
	return c.read(resp)
}

func (c *client) read(resp *http.Response) reply {
	c.t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var out struct{ Response reply }
	if err := json.Unmarshal(body, &out); err != nil {
		c.t.Fatalf("%v in %q", err, body)
	}
	if out.Response.RequestID == "" {
		c.t.Errorf("no RequestId in %s", body)
	}
	return out.Response
}

type object = map[string]any

// oneZone is an account with a zone of two hosts.
func oneZone() edgeonetest.Options {
	return edgeonetest.Options{Zones: []edgeonetest.Zone{{ID: "zone-1", Name: "example.com", Hosts: []string{"cdn.example.com", "*.vod.example.com"}}}, Rate: -1}
}

func prefetch(urls ...string) object { return object{"ZoneId": "zone-1", "Targets": urls} }
