package fetch_test

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/edgewarm/edgewarm/internal/fetch"
	"golang.org/x/net/dns/dnsmessage"
)

// blocked wants url refused without a connection.
func blocked(t *testing.T, c *fetch.Client, url, want string) {
	t.Helper()
	_, err := read(t, c, url)
	wantText(t, err, want)
	if _, ok := errors.AsType[*fetch.BlockedError](err); !ok {
		t.Errorf("%s: got %v, want a BlockedError", url, err)
	}
}

func TestFault26PrivateAddresses(t *testing.T) {
	t.Parallel()
	c := (&fetch.Client{}).Hurry()
	t.Cleanup(c.Close)
	for host, kind := range map[string]string{
		"169.254.169.254":        "metadata service",
		"169.254.1.1":            "link-local",
		"[fd00:ec2::254]":        "metadata service",
		"[fd12:3456::1]":         "private",
		"100.64.0.1":             "carrier-grade NAT",
		"100.127.255.255":        "carrier-grade NAT",
		"100.100.100.200":        "metadata service",
		"10.0.0.1":               "private",
		"172.16.0.1":             "private",
		"172.31.255.255":         "private",
		"192.168.0.1":            "private",
		"127.0.0.1":              "loopback",
		"127.255.0.1":            "loopback",
		"[::1]":                  "loopback",
		"0.0.0.0":                "unspecified",
		"0.1.2.3":                "unspecified",
		"[::]":                   "unspecified",
		"[fe80::1%25eth0]":       "link-local",
		"[fec0::1]":              "private",
		"[ff02::1]":              "multicast",
		"224.0.0.1":              "multicast",
		"255.255.255.255":        "reserved",
		"192.0.0.1":              "reserved",
		"198.18.0.1":             "benchmarking",
		"203.0.113.9":            "documentation",
		"[2001:db8::1]":          "documentation",
		"[2001::1]":              "reserved",
		"[64:ff9b:1::1]":         "reserved",
		"[100::1]":               "reserved",
		"[4000::1]":              "reserved",
		"[2002:7f00:1::]":        "loopback",
		"[2002:a9fe:a9fe::]":     "metadata service",
		"[64:ff9b::a00:1]":       "private",
		"[::ffff:0:192.168.0.1]": "private",
		"[::10.0.0.1]":           "private",
	} {
		blocked(t, c, "http://"+host+"/", "("+kind+")")
	}
}

func TestFault26ByNameAtTheSocket(t *testing.T) {
	t.Parallel()
	for _, ip := range [][4]byte{{127, 0, 0, 1}, {10, 0, 0, 1}, {169, 254, 169, 254}} {
		d := &names{answer: func(int) (dnsmessage.RCode, [4]byte) { return dnsmessage.RCodeSuccess, ip }}
		c := (&fetch.Client{Resolver: d.resolver(t)}).Hurry()
		t.Cleanup(c.Close)
		blocked(t, c, "http://intranet.test./", netip.AddrFrom4(ip).String()+" is a private address")
		if n := d.count(); n != 1 {
			t.Errorf("got %d lookups, want 1: it will not be different", n)
		}
	}
}

func TestFault26OptIn(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			to("http://127.0.0.2:"+r.Host[strings.LastIndexByte(r.Host, ':')+1:])(w, r)
		}
		_, _ = io.WriteString(w, "intranet")
	})
	if got, err := read(t, open(t, &fetch.Client{}), url); got != "intranet" {
		t.Errorf("got %v with PrivateNetworks, want it reached", err)
	}
	one := (&fetch.Client{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Ports: []string{portOf(t, url)}}).Hurry()
	t.Cleanup(one.Close)
	if got, err := read(t, one, url); got != "intranet" {
		t.Errorf("got %v with Networks, want it reached", err)
	}
	blocked(t, one, url+"/away", "127.0.0.2 is a private address (loopback)")
}

func TestFault27Metadata(t *testing.T) {
	t.Parallel()
	d := &names{answer: func(int) (dnsmessage.RCode, [4]byte) {
		return dnsmessage.RCodeSuccess, [4]byte{169, 254, 0, 23}
	}}
	resolver := d.resolver(t)
	for _, private := range []bool{false, true} {
		c := (&fetch.Client{Resolver: resolver, PrivateNetworks: private}).Hurry()
		t.Cleanup(c.Close)
		blocked(t, c, "http://metadata.tencentyun.com./latest/meta-data/", "169.254.0.23 is a private address (metadata service)")
		blocked(t, c, "http://169.254.169.254/", "metadata service")
		blocked(t, c, "http://[::ffff:169.254.169.254]/", "metadata service")
	}
}

func TestFault28Rebinding(t *testing.T) {
	t.Parallel()
	// It is looked up once to be looked at, and would be another address by then; what counts is what is connected to.
	d := &names{answer: func(n int) (dnsmessage.RCode, [4]byte) {
		if n == 0 {
			return dnsmessage.RCodeServerFailure, [4]byte{}
		}
		return dnsmessage.RCodeSuccess, [4]byte{127, 0, 0, 1}
	}}
	var asked atomic.Int32
	url := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	c := (&fetch.Client{Resolver: d.resolver(t), Ports: []string{portOf(t, url)}}).Hurry()
	t.Cleanup(c.Close)
	blocked(t, c, "http://rebind.test.:"+portOf(t, url)+"/", "127.0.0.1 is a private address (loopback)")
	if asked.Load() > 0 {
		t.Error("got a request, want none")
	}
}

func TestFault29Disguises(t *testing.T) {
	t.Parallel()
	c := (&fetch.Client{}).Hurry()
	t.Cleanup(c.Close)
	for host, want := range map[string]string{
		"2130706433":              "address in disguise",
		"0x7f000001":              "address in disguise",
		"0x7F.1":                  "address in disguise",
		"127.1":                   "address in disguise",
		"0177.0.0.1":              "address in disguise",
		"127.0.0.1.":              "address in disguise",
		"127.0.0.0x1":             "address in disguise",
		"1.2.3.4.5":               "address in disguise",
		"[::ffff:127.0.0.1]":      "(loopback)",
		"[::ffff:7f00:1]":         "(loopback)",
		"[0:0:0:0:0:ffff:7f00:1]": "(loopback)",
		"[64:ff9b::7f00:1]":       "(loopback)",
		"localhost":               "(loopback)",
		"localhost.":              "(loopback)",
		"LOCALHOST":               "(loopback)",
		"a.localhost":             "(loopback)",
	} {
		blocked(t, c, "http://"+host+"/", want)
	}
}

func TestFault30Ports(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "ok") })
	port := portOf(t, server)
	loop := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, c := range []struct {
		name  string
		ports []string
		ok    bool
	}{
		{"none", nil, false},
		{"another", []string{"8080"}, false},
		{"it", []string{"8080", port}, true},
		{"of this host", []string{"127.0.0.1:" + port}, true},
		{"of another host", []string{"cdn.example:" + port}, false},
	} {
		client := (&fetch.Client{Ports: c.ports, Networks: loop}).Hurry()
		t.Cleanup(client.Close)
		if c.ok {
			if got, err := read(t, client, server); got != "ok" {
				t.Errorf("%s: got %v, want it reached", c.name, err)
			}
			continue
		}
		blocked(t, client, server, `port "`+port+`" is not allowed`)
	}
}

func TestFault31Userinfo(t *testing.T) {
	t.Parallel()
	var got atomic.Value
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { got.Store(r.Header.Get("Authorization")) })
	w := &warnings{}
	c := open(t, &fetch.Client{Warn: w.add})
	resp, err := c.Get(t.Context(), strings.Replace(server, "http://", "http://user:geheim@", 1)+"/a", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got.Load() != "" || resp.URL != server+"/a" {
		t.Errorf("got Authorization %q and URL %q, want neither to have the password", got.Load(), resp.URL)
	}
	if !strings.Contains(w.String(), "user and password in the URL are not sent") || strings.Contains(w.String(), "geheim") {
		t.Errorf("got warnings %q, want one without the password", w)
	}
	for _, bad := range []string{"http://user:geheim@127.0.0.1:1/", "http://user:geheim@[::1/", "http://user:geheim@10.0.0.1:bad/"} {
		_, err := read(t, c, bad)
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("got %v, want an error without the password", err)
		}
	}
}

func TestFault32SignedURLs(t *testing.T) {
	t.Parallel()
	var asked atomic.Value
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.URL.RawQuery)
		http.NotFound(w, r)
	})
	const query = "X-Amz-Signature=geheim&token=geheim&sign=geheim&auth_key=geheim&id=7"
	_, err := read(t, open(t, &fetch.Client{}), server+"/v.m3u8?"+query)
	if asked.Load() != query {
		t.Errorf("got query %q, want it as it is", asked.Load())
	}
	e, ok := errors.AsType[*fetch.Error](err)
	if !ok || e.URL != server+"/v.m3u8?"+query {
		t.Errorf("got %v, want an Error of the whole URL", err)
	}
	if strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "id=7") {
		t.Errorf("got %q, want its secrets redacted", err)
	}
}

func TestFault36ControlCharacters(t *testing.T) {
	t.Parallel()
	server := serve(t, func(http.ResponseWriter, *http.Request) {})
	c := open(t, &fetch.Client{})
	for _, bad := range []string{"/a\r\nHost: evil", "/a\x00b", "/a\nb", "/\x7f", "/?q=\r\n"} {
		_, err := read(t, c, server+bad)
		wantText(t, err, "invalid control character in URL")
		if strings.ContainsAny(err.Error(), "\r\n\x00\x7f") {
			t.Errorf("got %q, want them escaped in the message", err)
		}
	}
	for name, value := range map[string]string{"X-A": "a\r\nX-Evil: 1", "X-B": "a\x00", "X-C\r\nX-Evil": "1", "X D": "1", "": "1"} {
		h := http.Header{name: {value}}
		_, err := c.Get(t.Context(), server, h)
		wantText(t, err, "has characters that are not allowed")
		_, err = read(t, open(t, &fetch.Client{Header: h, Origins: []string{server}}), server)
		wantText(t, err, "has characters that are not allowed")
	}
	for _, location := range []string{"/a\x00b", "/\x01"} {
		rt := roundTripper(func(r *http.Request) (*http.Response, error) {
			return respond(302, strings.NewReader(""), "Location", location), nil
		})
		_, err := read(t, (&fetch.Client{}).Over(rt), "http://a.example/")
		wantText(t, err, "redirect to what is no URL")
	}
}

func portOf(t *testing.T, raw string) string {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}
