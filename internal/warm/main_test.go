package warm_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain lets more tests go at once than there are processors, as many wait for their pace.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "8")
	os.Exit(m.Run())
}
