// Package web is what edgewarm serve shows and takes over HTTP: a dashboard that reads the ledger, the jobs of the
// workers, the input of events, health and metrics.
//
// The dashboard only reads. What changes something (POST) asks for a token, and for a request that comes from the page
// itself or from no browser at all. Its pages load nothing from anywhere else and run no script but their own, which the
// Content-Security-Policy holds browsers to; without scripts all but the live progress is there too.
//
// What shows the jobs is River UI, of which none of this is true: it acts, and is one script. So all of it asks for the token.
package web
