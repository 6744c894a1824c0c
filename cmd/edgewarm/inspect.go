package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/edgewarm/edgewarm/crawler"
	"github.com/edgewarm/edgewarm/internal/accesslog"
	"github.com/edgewarm/edgewarm/internal/urlkey"
	"github.com/edgewarm/edgewarm/internal/warm"
)

// inspection is one inspect command.
type inspection struct {
	*app
	base, as, agent string
	urls            []string
	imports         map[string]string
	format          string
	form            urlkey.Form
}

// kinds are what --as may be: the kinds of documents, and two more.
var (
	documents = []string{"playlist", "sitemap", "page", "robots"}
	kinds     = append(slices.Clone(documents), "log", "url")
)

func (a *app) inspectCommand() *cobra.Command {
	i := &inspection{app: a}
	cmd := &cobra.Command{
		Use:   "inspect FILE|URL|-",
		Short: "Print what one document lists, opening nothing else",
		Long: `inspect reads one playlist, sitemap, page, robots.txt or access log, from a file, a URL
or stdin, and prints a JSON line for each resource that it lists, in its own order, and
at last one for the document: {"document":{url kind resources warnings error}}.

--as robots --agent A --url U… answers {"url","agent","allowed"} for each URL;
--as log answers {"url","requests","misses","bytes"} for each URL of an access log, the
most requested first: GET and HEAD answered with 200, 206 or 304, nothing else left out;
--as url answers {"url","normal"} for each line of a list: the URL as it is and in the
form under which edgewarm knows it, or {"url","error"} for what is none.`,
		Example: `  edgewarm inspect https://cdn.example.com/v/master.m3u8
  edgewarm inspect sitemap.xml.gz --base https://www.example.com/sitemap.xml.gz
  edgewarm inspect robots.txt --as robots --agent edgewarm --url https://www.example.com/private/
  edgewarm inspect access.log --as log --base https://www.example.com/
  echo 'HTTP://www.Example.com:80/a b' | edgewarm inspect - --as url`,
		Args: oneArg("a FILE, a URL or - for stdin"),
		RunE: func(cmd *cobra.Command, args []string) error { return i.run(cmd, args[0]) },
	}
	cmd.Flags().StringVar(&i.base, "base", "", "the `URL` that a file was had from, which the URLs in it are relative to")
	cmd.Flags().StringVar(&i.as, "as", "", "read it as `KIND`: playlist, sitemap, page, robots, log or url, where its content does not tell")
	cmd.Flags().StringVar(&i.agent, "agent", "edgewarm", "with --as robots and --url: the product token that asks")
	cmd.Flags().StringArrayVar(&i.urls, "url", nil, "with --as robots: a `URL` to ask about; may be repeated")
	cmd.Flags().StringToStringVar(&i.imports, "import", nil, "a variable that a media playlist imports from its multivariant one: `NAME=VALUE`; may be repeated")
	cmd.Flags().StringVar(&i.format, "format", "auto", "with --as log: the `FORMAT` of the log")
	cmd.Flags().BoolVar(&i.form.AnyScheme, "any-scheme", false, "with --as url: let schemes beside http and https pass")
	cmd.Flags().StringVar(&i.form.DefaultScheme, "default-scheme", "", "with --as url: the `SCHEME` of what begins with a host")
	cmd.Flags().BoolVar(&i.form.SortQuery, "sort-query", false, "with --as url: sort the parameters of a query, and leave out empty ones")
	cmd.Flags().BoolVar(&i.form.MergeSlashes, "merge-slashes", false, "with --as url: make one slash of several")
	return cmd
}

func (i *inspection) run(cmd *cobra.Command, name string) error {
	if i.as == "" && filepath.Base(name) == "robots.txt" {
		i.as = "robots"
	}
	if err := i.check(cmd); err != nil {
		return err
	}
	c, err := i.app.config(optional)
	if err != nil {
		return err
	}
	w := i.warmer(c, "inspect")
	crawl := w.Crawler(nil)
	crawl.OnDocument = nil
	in := crawler.Input{URL: i.base, As: i.as, Imports: i.imports}
	if strings.Contains(name, "://") {
		in.URL = name
	} else {
		body, closeBody, err := i.open(name)
		if err != nil {
			return usage("name a file that is there, or a URL with its scheme", "%w", err)
		}
		defer closeBody()
		in.Body = body
	}
	if i.as == "url" {
		return i.list(cmd, crawl, in, name)
	}
	for _, url := range []string{i.base, in.URL} {
		if _, err := crawl.SeedURL(url); url != "" && err != nil {
			return usage("write it in full, such as https://www.example.com/", "%w", errors.Unwrap(err))
		}
	}
	switch {
	case i.as == "log":
		return i.log(cmd, crawl, in, name)
	case i.as == "robots" && len(i.urls) > 0:
		return i.robots(cmd, crawl, in)
	}
	return i.document(cmd, crawl, in, name)
}

// check refuses flags that do not go together.
func (i *inspection) check(cmd *cobra.Command) error {
	if i.as != "" && !slices.Contains(kinds, i.as) {
		return usage("one of "+strings.Join(kinds, ", "), "--as %q is not known", i.as)
	}
	for _, flag := range []struct{ name, as string }{
		{"url", "robots"}, {"agent", "robots"}, {"format", "log"},
		{"any-scheme", "url"}, {"default-scheme", "url"}, {"sort-query", "url"}, {"merge-slashes", "url"},
	} {
		if cmd.Flags().Changed(flag.name) && i.as != flag.as {
			return usage("add --as "+flag.as, "--%s is for --as %s", flag.name, flag.as)
		}
	}
	if _, err := accesslog.ParseFormat(i.format); err != nil {
		return usage("edgewarm inspect --help shows how it is given", "--format: %w", err)
	}
	return nil
}

func (i *inspection) open(name string) (io.Reader, func() error, error) {
	if name == "-" {
		return i.stdin, func() error { return nil }, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

// fileBase is the base of a file of which nobody said where it is from. What has URLs of its own never shows it.
const fileBase = "https://file.invalid/"

// document prints what a playlist, sitemap, page or robots.txt lists.
func (i *inspection) document(cmd *cobra.Command, crawl *crawler.Crawler, in crawler.Input, name string) error {
	unnamed := in.URL == ""
	if unnamed {
		in.URL = fileBase
	}
	out, flush := i.out()
	var line []byte
	relative := ""
	doc, err := crawl.Inspect(cmd.Context(), in, func(r crawler.Resource) bool {
		if unnamed {
			if strings.HasPrefix(r.URL, fileBase) {
				relative = r.URL
				return false
			}
			r.Parent = name
		}
		line = append(r.AppendJSON(line[:0]), '\n')
		_, err := out.Write(line)
		return err == nil
	})
	if err != nil {
		return join(flush(), err)
	}
	if relative != "" {
		return join(flush(), usage("say where the file is from: --base https://…",
			"%s lists URLs without a host, such as %s", name, strings.TrimPrefix(relative, fileBase)))
	}
	if unnamed {
		doc.URL = name
		if doc.Err != nil {
			doc.Err = errors.New(strings.ReplaceAll(doc.Err.Error(), fileBase, name))
		}
	}
	if err := join(jsonLines(out).Encode(map[string]crawler.Document{"document": doc}), flush()); err != nil {
		return err
	}
	i.judge(doc, name)
	return nil
}

// judge says what is wrong with a document.
func (i *inspection) judge(doc crawler.Document, name string) {
	switch {
	case doc.Err != nil:
		i.code = warm.ExitPartly
		i.say(doc.Err.Error(), "")
	case !slices.Contains(documents, doc.Kind):
		i.note("hint: %s is nothing that its content tells: --as %s says what it is", name, strings.Join(kinds, ", "))
	}
}

// body is the text of a file or of a URL.
func (i *inspection) body(cmd *cobra.Command, crawl *crawler.Crawler, in crawler.Input) (io.ReadCloser, error) {
	if in.Body != nil {
		return io.NopCloser(in.Body), nil
	}
	return crawl.Open(cmd.Context(), in.URL)
}
