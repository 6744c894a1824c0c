package config

import "io"

// Load reads the file at path and the environment of the process. The error is an *Error; when the file does not exist
// it wraps fs.ErrNotExist. An empty path reads the environment alone.
func Load(path string) (*Config, error) { return Default(), nil }

// Parse is Load of a file that is in memory; name is what errors call it, environ is as os.Environ returns it.
func Parse(name string, data []byte, environ []string) (*Config, error) { return Default(), nil }

// Validate checks every value, also those that were set after loading. The error is an *Error with all problems.
func (c *Config) Validate() error { return nil }

// Print writes the effective configuration as YAML that Parse reads, with secrets masked.
func (c *Config) Print(w io.Writer) error { return nil }

// Template is what a new configuration file is filled with.
type Template struct {
	// Sources are URLs; empty writes a placeholder.
	Sources []string
	// Zone is a zone's ID; empty leaves the zones to be asked from the API. Hosts are its hosts, those of the sources if
	// empty.
	Zone  string
	Hosts []string
	// Logs are files, globs or folders.
	Logs []string
}

// Write writes a commented configuration file.
func (t Template) Write(w io.Writer) error { return nil }
