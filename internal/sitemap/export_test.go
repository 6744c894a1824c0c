package sitemap

// TagByTag returns the options with which entries are never read in the fast way.
func TagByTag(o Options) Options {
	o.tags = true
	return o
}
