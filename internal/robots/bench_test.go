package robots_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edgewarm/edgewarm/internal/robots"
)

func BenchmarkAllowed(b *testing.B) {
	var text strings.Builder
	text.WriteString("User-agent: *\n")
	for i := range 200 {
		fmt.Fprintf(&text, "Disallow: /section-%d/*/private$\n", i)
	}
	r := robots.Parse([]byte(text.String()))
	b.ReportAllocs()
	for b.Loop() {
		if !r.Allowed("edgewarm", "https://www.example.com/watch/12345?lang=en") {
			b.Fatal("forbidden")
		}
	}
}
