package hls

// part reads EXT-X-PART, a piece of a segment of a low-latency stream.
func (m *mediaReader) part(list string) {
	e := Entry{Kind: Segment, Role: RolePart, Index: m.doc.Segments, Start: m.partTime, Live: m.live, Ad: m.ads.on()}
	var uri string
	var r Range
	var ranged bool
	for a := (attributes{rest: list}); a.next(); {
		switch a.name {
		case "URI":
			uri = a.value
		case "DURATION":
			d, _ := seconds(a.value)
			e.Duration = max(0, d)
		case "BYTERANGE":
			r, ranged = subRange(m.expanded(a.value))
		}
	}
	e.Bytes = m.estimate(e.Duration)
	m.partTime = add(m.partTime, e.Duration)
	m.partCount++
	if ranged {
		r = m.parts.place(uri, r)
	}
	if uri == "" {
		m.warn("EXT-X-PART without a URI")
		return
	}
	if m.partCount > m.limit || m.doc.Segments < m.first || !m.wanted(e.Start, e.Duration) {
		return
	}
	m.emitPending()
	m.set(e)
	if ranged {
		m.setRange(r)
	}
	m.send(uri)
}

// hint reads EXT-X-PRELOAD-HINT, the part or init section that comes next. Both are hints: neither need be there yet.
func (m *mediaReader) hint(list string) {
	e := Entry{Kind: Segment, Role: RoleHint, Index: m.doc.Segments, Start: m.partTime, Live: m.live, Ad: m.ads.on()}
	var uri string
	var r Range
	for a := (attributes{rest: list}); a.next(); {
		switch a.name {
		case "URI":
			uri = a.value
		case "BYTERANGE-START":
			r.Offset, _ = whole(m.expanded(a.value))
		case "BYTERANGE-LENGTH":
			r.Length, _ = whole(m.expanded(a.value))
		}
	}
	if uri == "" {
		m.warn("EXT-X-PRELOAD-HINT without a URI")
		return
	}
	if m.doc.Segments < m.first || !m.wanted(m.partTime, 0) {
		return
	}
	m.set(e)
	if r.Offset > 0 || r.Length > 0 {
		m.setRange(Range{Offset: max(0, r.Offset), Length: max(0, r.Length)})
	}
	m.send(uri)
}

// report reads EXT-X-RENDITION-REPORT, which names another rendition's playlist.
func (m *mediaReader) report(list string) {
	for a := (attributes{rest: list}); a.next(); {
		if a.name == "URI" {
			m.plain(Segment, RoleReport, a.value)
			return
		}
	}
	m.warn("EXT-X-RENDITION-REPORT without a URI")
}
