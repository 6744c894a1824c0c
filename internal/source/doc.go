// Package source reads where a config's URLs come from beside plain URLs: lists in files, the objects of a bucket, and
// the files that changed between two revisions of a repository.
//
// A List, a Bucket and a Git have one verb: Read hands each URL to a function as it is found, so that nothing holds all
// of them here, and ends early when the function says so. What is wrong with one line, key or path is a warning of the
// Result, and the rest is read; the error is what ended the reading, and what was handed over before it stands.
//
// # Limits
//
// A source has MaxURLs URLs at most; past them Read ends with ErrTooMany. Lines, records, listings' pages and the time
// that a store or git may take for an answer are bounded by constants that stand with each.
package source
