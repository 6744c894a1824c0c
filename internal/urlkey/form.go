package urlkey

// Form says how far the spellings of a URL are brought together. Its zero value is the form of every key: it unites
// only what no server tells apart, and knows http and https alone.
type Form struct {
	// AnyScheme lets other hierarchical schemes pass (s3, file, ftp), which crawl.rewrite may map to http; false
	// refuses them.
	AnyScheme bool
	// DefaultScheme is taken for what begins with a host in place of a scheme ("example.com/a"), as people write
	// lists; "" refuses that.
	DefaultScheme string
	// SortQuery sorts the parameters of a query and drops empty ones and the "=" of empty values. Two URLs that are
	// alike so are mostly one page, so that permutations can be told; they are not one cache key.
	SortQuery bool
	// MergeSlashes makes one slash of several.
	MergeSlashes bool
}

// Normalize returns the normal form of an absolute http or https URL. It allocates nothing for what is normal already,
// and then returns raw itself. Its error is an *Error.
func Normalize(raw string) (string, error) { return Form{}.Normalize(raw) }

// Normalize returns the absolute URL raw in the form f.
func (f Form) Normalize(raw string) (string, error) {
	if isNormal(raw) && !f.SortQuery && !f.MergeSlashes {
		return raw, nil
	}
	var scratch [512]byte
	out, err := f.appendResolved(scratch[:0], nil, raw)
	if err != nil {
		return "", err
	}
	return string(out), nil
}
