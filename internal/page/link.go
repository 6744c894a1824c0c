package page

// Link is one URL that a page names.
type Link struct {
	// URL is absolute and in the normal form.
	URL string
	// Kind is what the URL leads to, as far as the page and the name of the file tell.
	Kind Kind
	// Role says how the page names it: a, area, img, srcset, lazy, video, audio, source, track, poster, iframe, frame,
	// embed, object, script, importmap, use, background, css, player; of link tags and headers stylesheet, canonical,
	// alternate, preload, modulepreload, prefetch, icon, manifest, next, prev, amphtml, sitemap, link; of meta tags
	// og:video, og:image, og:audio, twitter:player, twitter:image, meta, refresh; json-ld, microdata, inline-script (a
	// playlist in a script), attribute (a playlist in an attribute), noscript (whatever tag it is in there); of headers
	// location and content-location too.
	Role string
	// NoFollow is set when the link, or the whole page, asks not to be followed.
	NoFollow bool
}
