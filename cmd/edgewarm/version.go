package main

import (
	"cmp"
	"runtime/debug"
)

// version is set by the release's build. `go install` leaves it empty, and knows the version itself.
var version string

// versionName is what --version prints.
func versionName() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return cmp.Or(version, "unknown")
	}
	return cmp.Or(version, info.Main.Version, "unknown")
}
