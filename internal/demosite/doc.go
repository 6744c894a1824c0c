// Package demosite is a small video site, as real sites are, served over HTTP on loopback for the demo and the tests.
//
// What it publishes: HLS by ffmpeg (an fMP4 ladder with separate audio and an I-frame list, MPEG-TS ladders, AES-128,
// byte ranges in one file, subtitles, a live window, audio alone), pages with players, images, styles and scripts, and
// sitemaps of each form (an index, urlsets with the video and image extensions, gzip, plain text, RSS with media, Atom),
// named in a robots.txt that also closes some paths.
//
// What is wrong with it, as on real sites: a sitemap and a page that are listed and not there, a sitemap with a bare
// ampersand, a playlist that answers with an HTML page, a playlist and images on hosts that are not the site's own, a
// playlist behind a redirect.
//
// # Making it again
//
// make.sh writes site/vod, site/live, site/audio, site/img and site/sizes.tsv with ffmpeg; nothing else is made by it.
// Media files are kept as their first bytes only and are served at their full length, filled up with zeros. The pages
// and sitemaps are the templates in pages/, filled from the catalogue and with the address that the site is served at.
// To see whether the script still makes what is kept: EDGEWARM_FFMPEG=1 go test ./internal/demosite
package demosite
