package page

import "golang.org/x/net/html"

// attribute is one of a tag; its slices are the tokenizer's and end with the tag.
type attribute struct{ key, value []byte }

// attributes are those of the tag that is read.
type attributes struct {
	list []attribute
	cut  bool // there were more than maxAttributes
}

// read takes the attributes of the tag that z is at.
func (a *attributes) read(z *html.Tokenizer) {
	a.list, a.cut = a.list[:0], false
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		if len(a.list) == maxAttributes {
			a.cut = true
			return
		}
		a.list = append(a.list, attribute{key, value})
	}
}

// get returns the value of the first attribute of that name, nil when there is none.
func (a *attributes) get(name string) []byte {
	for i := range a.list {
		if string(a.list[i].key) == name {
			if v := a.list[i].value; v != nil {
				return v
			}
			return []byte{}
		}
	}
	return nil
}
