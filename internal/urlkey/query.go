package urlkey

import (
	"slices"
	"strings"
)

// appendQuery appends a query in its normal form with its question mark, and nothing for an empty one.
func (f Form) appendQuery(dst []byte, query string) []byte {
	if query == "" {
		return dst
	}
	mark := len(dst)
	dst = append(dst, '?')
	for i := 0; i < len(query); {
		var n int
		dst, n = appendNormal(dst, query, i, inQuery)
		i += n
	}
	if f.SortQuery {
		dst = sortQuery(dst, mark)
	}
	return dst
}

// sortQuery sorts the parameters of the query whose question mark is dst[mark].
func sortQuery(dst []byte, mark int) []byte {
	params := strings.Split(string(dst[mark+1:]), "&")
	params = slices.DeleteFunc(params, func(p string) bool { return p == "" || p[0] == '=' })
	for i, p := range params {
		if strings.IndexByte(p, '=') == len(p)-1 {
			params[i] = p[:len(p)-1]
		}
	}
	slices.Sort(params)
	if len(params) == 0 {
		return dst[:mark]
	}
	return append(dst[:mark+1], strings.Join(params, "&")...)
}
