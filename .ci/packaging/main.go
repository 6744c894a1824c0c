// Command packaging decodes the files that other programs read, strictly, into the types of those programs: Kubernetes
// manifests and goreleaser's config. An unknown field, a field twice or a value of the wrong type is an error.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	failed := false
	for _, name := range os.Args[1:] {
		if err := check(name); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			failed = true
			continue
		}
		fmt.Println("ok ", name)
	}
	if failed {
		os.Exit(1)
	}
}

func check(name string) error {
	if filepath.Base(name) == ".goreleaser.yaml" {
		_, err := config.Load(name)
		return err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for _, text := range bytes.Split(data, []byte("\n---\n")) {
		if err := checkObject(text); err != nil {
			return err
		}
	}
	return nil
}

func checkObject(text []byte) error {
	var head metav1.TypeMeta
	if err := yaml.Unmarshal(text, &head); err != nil {
		return err
	}
	object, err := objectOf(head)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalStrict(text, object); err != nil {
		return fmt.Errorf("%s: %w", head.Kind, err)
	}
	return nil
}

func objectOf(head metav1.TypeMeta) (any, error) {
	switch head.APIVersion + " " + head.Kind {
	case "v1 PersistentVolumeClaim":
		return new(corev1.PersistentVolumeClaim), nil
	case "v1 Service":
		return new(corev1.Service), nil
	case "apps/v1 Deployment":
		return new(appsv1.Deployment), nil
	case "batch/v1 CronJob":
		return new(batchv1.CronJob), nil
	}
	return nil, fmt.Errorf("no type for %s %s", head.APIVersion, head.Kind)
}
