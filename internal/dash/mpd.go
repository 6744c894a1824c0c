package dash

// The elements of a manifest that name URLs, or say what they are.
type manifest struct {
	Type     string   `xml:"type,attr"`
	Duration string   `xml:"mediaPresentationDuration,attr"`
	BaseURL  []string `xml:"BaseURL"`
	Periods  []period `xml:"Period"`
}

type period struct {
	ID       string          `xml:"id,attr"`
	Start    string          `xml:"start,attr"`
	Duration string          `xml:"duration,attr"`
	Href     string          `xml:"http://www.w3.org/1999/xlink href,attr"`
	BaseURL  []string        `xml:"BaseURL"`
	Sets     []adaptationSet `xml:"AdaptationSet"`
	addressing
}

type adaptationSet struct {
	ContentType string           `xml:"contentType,attr"`
	Lang        string           `xml:"lang,attr"`
	BaseURL     []string         `xml:"BaseURL"`
	Reps        []representation `xml:"Representation"`
	Roles       []descriptor     `xml:"Role"`
	Essential   []descriptor     `xml:"EssentialProperty"`
	common
	addressing
}

type representation struct {
	ID        string       `xml:"id,attr"`
	Bandwidth int64        `xml:"bandwidth,attr"`
	BaseURL   []string     `xml:"BaseURL"`
	Essential []descriptor `xml:"EssentialProperty"`
	common
	addressing
}

// common is what a set says of all its representations, or one of itself.
type common struct {
	MimeType  string `xml:"mimeType,attr"`
	Codecs    string `xml:"codecs,attr"`
	Width     int    `xml:"width,attr"`
	Height    int    `xml:"height,attr"`
	FrameRate string `xml:"frameRate,attr"`
}

type descriptor struct {
	Scheme string `xml:"schemeIdUri,attr"`
	Value  string `xml:"value,attr"`
}

// addressing is one of the three ways to say where segments are; the innermost element that has it wins, attribute by
// attribute.
type addressing struct {
	Template *segments `xml:"SegmentTemplate"`
	List     *segments `xml:"SegmentList"`
	Base     *segments `xml:"SegmentBase"`
}

type segments struct {
	Media          string       `xml:"media,attr"`
	InitTemplate   string       `xml:"initialization,attr"`
	Timescale      int64        `xml:"timescale,attr"`
	Duration       int64        `xml:"duration,attr"`
	StartNumber    *int64       `xml:"startNumber,attr"`
	EndNumber      *int64       `xml:"endNumber,attr"`
	TimeOffset     int64        `xml:"presentationTimeOffset,attr"`
	IndexRange     string       `xml:"indexRange,attr"`
	Initialization *location    `xml:"Initialization"`
	Timeline       *timeline    `xml:"SegmentTimeline"`
	URLs           []segmentURL `xml:"SegmentURL"`
}

type location struct {
	URL   string `xml:"sourceURL,attr"`
	Range string `xml:"range,attr"`
}

type segmentURL struct {
	Media string `xml:"media,attr"`
	Range string `xml:"mediaRange,attr"`
}

type timeline struct {
	S []run `xml:"S"`
}

// run is R+1 segments of the same duration.
type run struct {
	T *int64 `xml:"t,attr"`
	D int64  `xml:"d,attr"`
	R int64  `xml:"r,attr"`
	N *int64 `xml:"n,attr"`
}

// inherit fills what s lacks from outer, which is of an element around it.
func (s *segments) inherit(outer *segments) *segments {
	if s == nil {
		return outer
	}
	if outer == nil {
		return s
	}
	out := *s
	setDefault(&out.Media, outer.Media)
	setDefault(&out.InitTemplate, outer.InitTemplate)
	setDefault(&out.Timescale, outer.Timescale)
	setDefault(&out.Duration, outer.Duration)
	setDefault(&out.StartNumber, outer.StartNumber)
	setDefault(&out.EndNumber, outer.EndNumber)
	setDefault(&out.TimeOffset, outer.TimeOffset)
	setDefault(&out.IndexRange, outer.IndexRange)
	setDefault(&out.Initialization, outer.Initialization)
	setDefault(&out.Timeline, outer.Timeline)
	if len(out.URLs) == 0 {
		out.URLs = outer.URLs
	}
	return &out
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

func (a addressing) inherit(outer addressing) addressing {
	return addressing{a.Template.inherit(outer.Template), a.List.inherit(outer.List), a.Base.inherit(outer.Base)}
}
