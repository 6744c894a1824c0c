// Package urlkey gives each URL its one normal form, which is the key of every set, count and plan.
//
// The normal form unites the spellings that no server tells apart, and nothing more: scheme and host in lower case
// (punycode, dotted IPv4), no default port, no dot segments, escapes in upper case and only where they are needed,
// no userinfo, no fragment, no empty query. The order of a query, empty parameters and double slashes stay as they
// are, because an origin or a cache may answer them differently. A Form says where a caller wants more than that.
//
// Normalize is idempotent, and what Base.Resolve returns is normal.
package urlkey
