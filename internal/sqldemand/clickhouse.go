package sqldemand

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// answerTimeout is how long a query may compute before its first row.
	answerTimeout = 15 * time.Minute
	dialTimeout   = 30 * time.Second
	// maxRow is beyond the longest URL and its number.
	maxRow = 1 << 20
	// maxTold bounds what of the server's own words is repeated.
	maxTold = 300
)

// clickhouse asks over HTTP. Rows come as TabSeparated, the format that all versions have; the settings keep the query from
// changing anything, and a failure in the midst of rows from passing for their end.
func clickhouse(ctx context.Context, dsn, query string, emit func(string, float64) error) error {
	at, err := address(dsn)
	if err != nil {
		return err
	}
	query = strings.TrimRight(strings.TrimSpace(query), ";") + "\nFORMAT TabSeparated"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, at.url, strings.NewReader(query))
	if err != nil {
		return errDSN
	}
	request.Header.Set("X-ClickHouse-User", at.user)
	request.Header.Set("X-ClickHouse-Key", at.password)
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: answerTimeout,
		DialContext: (&net.Dialer{Timeout: dialTimeout}).DialContext,
	}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		if failed := (*url.Error)(nil); errors.As(err, &failed) {
			err = failed.Err // it repeats the URL
		}
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 4*maxTold))
		return fmt.Errorf("%s: %s", response.Status, told(string(text)))
	}
	return rows(response.Body, emit)
}

var errDSN = errors.New("it is not clickhouse://USER:PASSWORD@HOST:8123/DATABASE: in a password, / ? # @ : and % are written " +
	"percent-encoded, or it stands in CLICKHOUSE_PASSWORD instead")

// server is where queries go, and as whom.
type server struct{ url, user, password string }

// address reads a DSN. Its parameters are settings of ClickHouse.
func address(dsn string) (server, error) {
	u, err := url.Parse(dsn)
	if err != nil || u.Hostname() == "" {
		return server{}, errDSN
	}
	s := server{user: "default", password: os.Getenv("CLICKHOUSE_PASSWORD")}
	if name := u.User.Username(); name != "" {
		s.user = name
	}
	if password, ok := u.User.Password(); ok {
		s.password = password
	}
	scheme, port := "http", "8123"
	if u.Scheme == "clickhouses" {
		scheme, port = "https", "8443"
	}
	if p := u.Port(); p != "" {
		port = p
	}
	settings := u.Query()
	settings.Set("readonly", "1")
	if database := strings.Trim(u.Path, "/"); database != "" {
		settings.Set("database", database)
	}
	s.url = (&url.URL{Scheme: scheme, Host: net.JoinHostPort(u.Hostname(), port), Path: "/", RawQuery: settings.Encode()}).String()
	return s, nil
}

// rows reads lines of two columns.
func rows(body io.Reader, emit func(string, float64) error) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(make([]byte, 64<<10), maxRow)
	for lines.Scan() {
		line := lines.Bytes()
		location, number, ok := bytes.Cut(line, []byte("\t"))
		if !ok || bytes.IndexByte(number, '\t') >= 0 {
			if bytes.Contains(line, []byte("DB::Exception")) { // the query failed after rows were sent
				return errors.New(told(lines.Text()))
			}
			return ErrColumns
		}
		if string(location) == null || string(number) == null {
			continue
		}
		weight, err := strconv.ParseFloat(string(number), 64)
		if err != nil {
			return ErrColumns
		}
		if err := emit(unescaped.Replace(string(location)), weight); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("a row is longer than %d bytes", maxRow)
	}
	return lines.Err()
}

// null is how TabSeparated writes NULL.
const null = `\N`

// unescaped undoes what TabSeparated escapes.
var unescaped = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r", `\0`, "\x00", `\b`, "\b", `\f`, "\f", `\'`, "'")

// told makes one short line of what the server says.
func told(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxTold {
		text = strings.ToValidUTF8(text[:maxTold], "") + "…"
	}
	return text
}

func clickhouseName(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Hostname() == "" {
		return "clickhouse://…"
	}
	name := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if user := u.User.Username(); user != "" {
		name.User = url.User(user)
	}
	return name.String()
}
