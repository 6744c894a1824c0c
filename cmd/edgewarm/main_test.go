package main

import (
	"flag"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes this binary the edgewarm that the tests run, as processes of their own.
func TestMain(m *testing.M) {
	// The tests wait for processes that wait for their pace: more of them at once than there are processors cost nothing.
	_ = flag.Set("test.parallel", "8")
	testscript.Main(m, map[string]func(){"edgewarm": main, "sitemap-origin": sitemapOrigin})
}
