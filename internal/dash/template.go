package dash

import (
	"fmt"
	"strconv"
	"strings"
)

// maxWidth bounds the digits that a format tag asks for: a 64-bit number has 19.
const maxWidth = 20

// fields are what the identifiers of a template stand for (ISO/IEC 23009-1, 5.3.9.4.4).
type fields struct {
	id                      string
	bandwidth, number, time int64
}

// expand substitutes $RepresentationID$, $Bandwidth$, $Number$, $Time$, each with an optional %0nd, and $$.
func (f *fields) expand(template string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "$")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "$")
		if !closed {
			return "", fmt.Errorf("template %.80q: $ without its pair", template)
		}
		if err := f.write(&b, name); err != nil {
			return "", err
		}
		template = after
	}
}

func (f *fields) write(b *strings.Builder, name string) error {
	name, format, formatted := strings.Cut(name, "%")
	width := 1
	if formatted {
		n, err := strconv.Atoi(strings.TrimSuffix(format, "d"))
		if err != nil || !strings.HasSuffix(format, "d") || n < 0 || n > maxWidth {
			return fmt.Errorf("template: %%%.20s is no width", format)
		}
		width = n
	}
	switch name {
	case "":
		b.WriteByte('$')
	case "RepresentationID":
		b.WriteString(f.id)
	case "Bandwidth":
		fmt.Fprintf(b, "%0*d", width, f.bandwidth)
	case "Number":
		fmt.Fprintf(b, "%0*d", width, f.number)
	case "Time":
		fmt.Fprintf(b, "%0*d", width, f.time)
	default:
		return fmt.Errorf("template: $%.40s$ is not known", name)
	}
	return nil
}
