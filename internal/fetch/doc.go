// Package fetch is how everything that is crawled is fetched.
package fetch
