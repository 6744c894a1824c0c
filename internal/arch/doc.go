// Package arch holds the architecture as tests: which package may import which, and what the public packages export. A new
// edge or name fails them until it is written down here, and so is seen in review.
package arch
