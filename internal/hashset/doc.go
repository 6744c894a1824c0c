// Package hashset is a set of URLs by their 64-bit hashes, for crawls of more URLs than memory holds.
//
// It is as dense as can be and kind to the processor's caches: some 6½ bytes a hash, where a map takes 20 and more, and at
// no moment is all of it held twice. Past Set.Limit the hashes go to a file of sorted ones, of which memory keeps a filter
// of a fixed size and a 64th of a byte a hash: a billion of them take 16 MB more memory than 20 million.
//
// By the birthday bound, one of 10 million URLs is taken for another with a chance of 1 in 370,000.
package hashset
