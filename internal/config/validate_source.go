package config

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/edgewarm/edgewarm/internal/urlkey"
)

const hintSource = "write a URL, {url: …}, {list: FILE}, {bucket: s3://…} or {git: FOLDER, from: REVISION}"

func (d *decoder) checkSource(key string, s Source) {
	var kinds []string
	for _, kind := range [][2]string{{"url", s.URL}, {"list", s.List}, {"bucket", s.Bucket}, {"git", s.Git}} {
		if kind[1] != "" {
			kinds = append(kinds, "a "+kind[0])
		}
	}
	switch {
	case len(kinds) == 0:
		d.wrong(key, hintSource, "%s names no URL, list, bucket or git", key)
	case len(kinds) > 1:
		d.wrong(key, "write a source for each", "%s has both %s", key, strings.Join(kinds, " and "))
	case s.URL != "":
		d.url(key, s.URL)
	case s.List != "":
		d.text(key+".list", s.List)
	case s.Bucket != "":
		d.bucket(key+".bucket", s.Bucket)
	}
	d.git(key, s)
	if !(s.Weight > 0 && s.Weight <= maxWeight) {
		d.wrong(key+".weight", "leave the source out to have nothing of it", "%s.weight is %v, which is not above 0 and at most %g", key, s.Weight, float64(maxWeight))
	}
}

// BucketParameters are those that the URL of a bucket may have: of gocloud.dev/blob/s3blob, what bears on a listing.
var BucketParameters = []string{"region", "endpoint", "profile", "role", "anonymous", "use_path_style", "disable_https",
	"accelerate", "dualstack", "fips", "hostname_immutable"}

// hintBucketSecrets says where the credentials of a bucket belong.
const hintBucketSecrets = "secrets are never in this file: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"

// bucket checks the URL of a bucket, and that something maps its objects to URLs. It is not shown: it may hold a secret.
func (d *decoder) bucket(key, raw string) {
	if u := d.bucketURL(key, raw); u != nil {
		from := "s3://" + u.Host + "/"
		d.mapped(key, from, from+strings.TrimPrefix(u.Path, "/"))
	}
}

// bucketURL checks the URL of a bucket; nil is one that has a problem.
func (d *decoder) bucketURL(key, raw string) *url.URL {
	const hint = "write it as s3://bucket/prefix?region=eu-west-1"
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Scheme != "s3" || u.Hostname() == "" || u.Opaque != "" || u.Fragment != "" || u.Port() != "":
		d.wrong(key, hint, "%s is not the URL of a bucket", key)
		return nil
	case u.User != nil:
		d.wrong(key, hintBucketSecrets, "%s has credentials", key)
		return nil
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		d.wrong(key, hint, "%s has parameters that cannot be read", key)
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch {
		case isSecretKey(name), urlkey.IsSecret(name):
			d.wrong(key, hintBucketSecrets, "%s has credentials", key)
			return nil
		case !slices.Contains(BucketParameters, name):
			d.wrong(key, didYouMean(name, BucketParameters), "%s has the unknown parameter %s", key, show(name))
			return nil
		}
	}
	if query.Has("endpoint") && !d.store(key, query.Get("endpoint")) {
		return nil
	}
	return u
}

// store checks the endpoint of a bucket, and reports whether it is one.
func (d *decoder) store(key, endpoint string) bool {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		d.wrong(key, "write endpoint=https://…", "%s has an endpoint that is no http or https URL", key)
	case u.User != nil:
		d.wrong(key, hintBucketSecrets, "%s has credentials", key)
	default:
		return true
	}
	return false
}

// mapped checks that crawl.rewrite maps what begins with name, or some of it, to URLs.
func (d *decoder) mapped(key, from, name string) {
	for _, r := range d.config.Crawl.Rewrite {
		if r.From != "" && (strings.HasPrefix(name, r.From) || strings.HasPrefix(r.From, name)) {
			return
		}
	}
	d.wrong(key, fmt.Sprintf("add to crawl.rewrite: {from: %q, to: %q}", from, "https://cdn.example.com/"), "%s has no URLs: nothing in crawl.rewrite begins with %s", key, show(from))
}

// git checks what belongs to a repository, or must not be there without one.
func (d *decoder) git(key string, s Source) {
	for _, more := range [][2]string{{"from", s.From}, {"to", s.To}, {"path", s.Path}, {"base", s.Base}} {
		name, value := key+"."+more[0], more[1]
		switch {
		case value != "" && s.Git == "":
			d.wrong(name, "", "%s belongs to a git source only", name)
		case strings.ContainsFunc(value, isControl):
			d.wrong(name, "", "%s has a control character", name)
		case (more[0] == "from" || more[0] == "to") && strings.HasPrefix(value, "-"):
			d.wrong(name, "", "%s is %s, which is not a revision", name, show(value))
		case more[0] == "path" && slices.Contains(strings.Split(value, "/"), ".."):
			d.wrong(name, "", "%s leads out of the repository", name)
		}
	}
	if s.Git == "" {
		return
	}
	d.text(key+".git", s.Git)
	if s.From == "" {
		d.wrong(key+".from", "name the revision that was warmed last, such as HEAD~1", "%s.from is empty", key)
	}
	if s.Base == "" {
		d.mapped(key+".base", "git:", "git:")
		return
	}
	d.url(key+".base", s.Base)
	if strings.ContainsAny(s.Base, "?#") {
		d.wrong(key+".base", "", "%s.base has a query or fragment, behind which no path can stand", key)
	}
}

// rewrite checks a rule: from a URL, or from what names a source's files, to a URL.
func (d *decoder) rewrite(key string, r Rewrite) {
	bucket := strings.HasPrefix(r.From, "s3://") && len(r.From) > len("s3://")
	if !bucket && !strings.HasPrefix(r.From, "git:") {
		d.url(key+".from", r.From)
	}
	d.url(key+".to", r.To)
}
