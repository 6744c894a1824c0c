package urlkey

// appendPath appends path to dst, whose path begins at root and ends with a slash, without dot segments.
func (f Form) appendPath(dst []byte, root int, path string) []byte {
	segment := len(dst)
	for i := 0; i < len(path); {
		if path[i] != '/' {
			var n int
			dst, n = appendNormal(dst, path, i, inPath)
			i += n
			continue
		}
		dst = f.endSegment(dst, root, segment, true)
		segment = len(dst)
		i++
	}
	return f.endSegment(dst, root, segment, false)
}

// endSegment ends the segment that begins at dst[segment]: "." and ".." are carried out, others stay and, when more
// follows, get their slash.
func (f Form) endSegment(dst []byte, root, segment int, more bool) []byte {
	switch string(dst[segment:]) {
	case ".":
		return dst[:segment]
	case "..":
		return dst[:parent(dst[:segment], root)]
	}
	if more && (len(dst) > segment || !f.MergeSlashes) {
		dst = append(dst, '/')
	}
	return dst
}

// parent returns where the directory above dst, which ends with a slash, ends; the root has none above.
func parent(dst []byte, root int) int {
	end := len(dst) - 1
	for end > root && dst[end-1] != '/' {
		end--
	}
	return max(end, root+1)
}
