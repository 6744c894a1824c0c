package report

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// OutsideError is returned by Save for a name that is not inside the folder.
type OutsideError struct{ Name, Dir string }

// Error says which name and which folder.
func (e *OutsideError) Error() string {
	return fmt.Sprintf("%s is not inside the folder %s", e.Name, e.Dir)
}

// fileMode keeps what a report tells to its owner and group: it lists what a site has.
const fileMode = 0o640

// Save writes a file inside dir and nowhere else, whatever the name says and whatever links are there: a link in its
// place is replaced, not followed. The file is there whole or not at all; what was there before stays until then.
func Save(dir, name string, write func(io.Writer) error) (err error) {
	if !filepath.IsLocal(name) {
		return &OutsideError{name, dir}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	if info, err := root.Lstat(name); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder", name)
	}
	draft := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()[:8])
	if err := fill(root, draft, write); err != nil {
		return errors.Join(err, ignoreMissing(root.Remove(draft)))
	}
	if err := root.Rename(draft, name); err != nil {
		return errors.Join(err, ignoreMissing(root.Remove(draft)))
	}
	return nil
}

// fill writes a new file, which is on the disk when it returns.
func fill(root *os.Root, name string, write func(io.Writer) error) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
