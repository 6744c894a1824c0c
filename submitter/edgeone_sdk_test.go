package submitter_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"

	"github.com/edgewarm/edgewarm/submitter"
	"github.com/edgewarm/edgewarm/submitter/edgeonetest"
)

// The variable is the whole process's, so this test is not parallel.
func TestSharedClientIsLeftAlone(t *testing.T) {
	shared := &http.Client{}
	common.DefaultHttpClient = shared
	defer func() { common.DefaultHttpClient = nil }()
	err := failing(t, inProcess(edgeonetest.New(edgeZone())))
	wantClass(t, err, submitter.ClassOther)
	if shared.Transport != nil || !strings.Contains(err.Error(), "DefaultHttpClient") {
		t.Errorf("got %v", err)
	}
}
