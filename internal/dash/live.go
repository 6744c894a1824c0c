package dash

import (
	"bytes"
	"encoding/xml"
)

// IsLive tells what Document.Live says after Parse, for those who must know it before the first entry: a manifest of the
// type dynamic. It reads the start tag of MPD only.
func IsLive(body []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local == "type" {
				return a.Value == "dynamic"
			}
		}
		return false
	}
}
